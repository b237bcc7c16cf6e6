import type { ApiRequest } from "../api/request.ts";
import { toCurl } from "./curl.ts";
import { toPython } from "./python.ts";
import { toTypeScript } from "./typescript.ts";

/** The languages in which a request can be copied. */
export const LANGUAGES = ["curl", "Python", "TypeScript"] as const;

/** One of them. */
export type Language = (typeof LANGUAGES)[number];

const PRINTERS: Readonly<Record<Language, (request: ApiRequest, server: string) => string>> = {
  curl: toCurl,
  Python: toPython,
  TypeScript: toTypeScript,
};

/**
 * Requests in one language, in the order in which the page would send them.
 * @param server origin and base path, as `https://windlass.example`
 */
export function snippet(requests: readonly ApiRequest[], language: Language, server: string): string {
  return requests.map((request) => PRINTERS[language](request, server)).join("\n\n");
}
