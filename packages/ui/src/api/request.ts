import type { JsonValue } from "@windlass/contract/browser";

/** The verbs that the published API uses. */
export type ApiMethod = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** A value of a query string; a list is repeated, `undefined` and the empty string are left out. */
export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** One call of the published API, as data: what is sent, previewed and copied is this same value. */
export interface ApiRequest {
  readonly method: ApiMethod;
  /** From `/api` or `/auth` on, already encoded, without the server's base path and without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

/** Encodes parts into a path. Tagged: `` path`/api/v2/dags/${dagId}` ``. */
export function path(strings: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return strings.reduce((whole, text, index) => {
    const part = parts[index];
    return whole + text + (part === undefined ? "" : encodeURIComponent(part));
  }, "");
}

/** Path and query string of a request. */
export function target({ path: route, query }: Pick<ApiRequest, "path" | "query">): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === "") continue;
    if (Array.isArray(value)) for (const each of value as readonly string[]) search.append(name, each);
    else search.append(name, String(value));
  }
  const text = search.toString();
  return text === "" ? route : `${route}?${text}`;
}
