import type { AssetCondition, SerializedAssetRef } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import { nameProblem, normalUri } from "./asset-uri.ts";
import { nameValue, type Problems } from "./problems.ts";

/** Who names an asset, for sentences. */
export interface AssetOwner {
  /** How sentences name it: `the task load`. */
  readonly where: string;
  readonly site: CallSite;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && "kind" in value ? value : undefined;
}

/** An asset or an alias as data; undefined, with a problem noted, where it is none. */
function assetRef(value: unknown, owner: AssetOwner, problems: Problems): SerializedAssetRef | undefined {
  const fields = fieldsOf(value);
  const refuse = (problem: string): undefined => {
    const site = fields?.site;
    const named = typeof fields?.name === "string" && fields.name !== "" ? fields.name : nameValue(value);
    const at = typeof site === "object" && site !== null ? site : owner.site;
    problems.add("dag_file.bad_asset", { where: owner.where, asset: named, problem }, at);
    return undefined;
  };
  if (fields?.kind !== "asset" && fields?.kind !== "alias") return refuse("it was not made by asset() or assetAlias()");
  const { name, group } = fields;
  const wrong = nameProblem(name);
  if (wrong !== undefined || typeof name !== "string") return refuse(wrong ?? "its name is no text");
  if (typeof group !== "string" || group.trim() === "" || group.length > 1500)
    return refuse("its group is no text of 1 to 1500 characters");
  if (fields.kind === "alias") return { kind: "alias", name, group };
  const normal = normalUri(fields.uri);
  if ("problem" in normal) return refuse(normal.problem);
  const extra = jsonObject(fields.extra);
  if (extra === undefined) return refuse("its extra is no object of JSON values");
  return { kind: "asset", name, uri: normal.uri, group, extra };
}

function jsonObject(value: unknown): Extract<SerializedAssetRef, { kind: "asset" }>["extra"] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  try {
    return JSON.parse(JSON.stringify(value)) as Extract<SerializedAssetRef, { kind: "asset" }>["extra"];
  } catch {
    return undefined;
  }
}

/** Outlets or inlets as data, each once. */
export function serializeAssetRefs(
  option: "outlets" | "inlets",
  value: unknown,
  owner: AssetOwner,
  problems: Problems,
): readonly SerializedAssetRef[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    const data = { where: owner.where, option, actual: nameValue(value), expected: "a list of assets and aliases" };
    problems.add("dag_file.bad_option", data, owner.site);
    return [];
  }
  const refs = new Map<string, SerializedAssetRef>();
  for (const each of value as readonly unknown[]) {
    const ref = assetRef(each, owner, problems);
    if (ref) refs.set(JSON.stringify([ref.kind, ref.name, ref.kind === "asset" ? ref.uri : null]), ref);
  }
  return [...refs.values()];
}

/** Whether a schedule is one by assets. */
export function isAssetSchedule(schedule: unknown): boolean {
  if (Array.isArray(schedule)) return true;
  const kind = fieldsOf(schedule)?.kind;
  return kind === "asset" || kind === "alias" || kind === "all" || kind === "any";
}

/** A condition on assets as data; a list is what must all have had an event. undefined where it is none. */
export function serializeCondition(value: unknown, owner: AssetOwner, problems: Problems): AssetCondition | undefined {
  const fields = Array.isArray(value) ? { kind: "all", of: value as readonly unknown[] } : fieldsOf(value);
  if (fields?.kind !== "all" && fields?.kind !== "any") return assetRef(value, owner, problems);
  const given = Array.isArray(fields.of) ? (fields.of as readonly unknown[]) : [];
  if (given.length === 0) {
    const problem = "it names no asset, so it would hold at no event";
    problems.add("dag_file.bad_asset", { where: owner.where, asset: nameValue(value), problem }, owner.site);
    return undefined;
  }
  const of = given.map((each) => serializeCondition(each, owner, problems));
  return of.every((each) => each !== undefined) ? { kind: fields.kind, of } : undefined;
}
