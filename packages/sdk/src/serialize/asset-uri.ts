import type { SerializedAsset } from "@windlass/contract";
import type { Asset } from "../authoring/asset.ts";

const LONGEST = 1500;
/** scheme://authority/path?query#fragment, each part as Python's urlsplit would find it. */
const PARTS = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;

/** Why a text cannot name an asset, as a half sentence; undefined where it can. */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== "string") return "its name is no text";
  if (name === "") return "it has neither a name nor a uri";
  if (name.length > LONGEST) return `its name has more than ${LONGEST} characters`;
  if (name.trim() === "") return "its name is blank";
  if (name === "self" || name === "context") return `no asset may be called ${name}`;
  return undefined;
}

/** A uri in the form by which it is compared, by Airflow's rules, or why it cannot be one. */
export function normalUri(uri: unknown): { readonly uri: string } | { readonly problem: string } {
  if (typeof uri !== "string") return { problem: "its uri is no text" };
  if (uri.length > LONGEST) return { problem: `its uri has more than ${LONGEST} characters` };
  if (uri.trim() === "") return { problem: "its uri is blank" };
  const [, scheme = "", authority, path = "", query] = PARTS.exec(uri) ?? [];
  // A plain name is one, and whoever writes x- wants no rule.
  if (scheme === "" || scheme.toLowerCase().startsWith("x-")) return { uri };
  if (scheme.toLowerCase() === "airflow") return { problem: "the scheme airflow is reserved" };
  const host = authority?.includes("@") === true && hasPassword(authority) ? afterUser(authority) : authority;
  const sorted = query === undefined ? "" : sortedQuery(query);
  const normalPath = path.replace(/\/+$/, "") || "/";
  const place = host === undefined || host === "" ? emptyAuthority(scheme, normalPath) : `//${host}${normalPath}`;
  return { uri: `${scheme.toLowerCase()}:${place}${sorted === "" ? "" : `?${sorted}`}` };
}

function hasPassword(authority: string): boolean {
  return authority.slice(0, authority.lastIndexOf("@")).includes(":");
}

function afterUser(authority: string): string {
  return authority.slice(authority.lastIndexOf("@") + 1);
}

/** `file:///path` keeps its empty authority, as Python writes it back. */
function emptyAuthority(scheme: string, path: string): string {
  return scheme.toLowerCase() === "file" ? `//${path}` : path;
}

function sortedQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].filter(([, value]) => value !== "");
  pairs.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  return new URLSearchParams(pairs).toString();
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** An asset as data. What is wrong with it has been told when its file was loaded; here it stands as it is. */
export function assetOf({ name, uri, group, extra }: Asset): SerializedAsset {
  const normal = normalUri(uri);
  return { name, uri: "uri" in normal ? normal.uri : uri, group, extra };
}
