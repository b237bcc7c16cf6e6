import { type ApiRequest, target } from "../api/request.ts";
import { KEY_VARIABLE } from "./key-variable.ts";

/** One word of a POSIX shell, whatever it holds: nothing inside single quotes is special but the quote itself. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The request as a curl command line. `--data-raw`, because plain `--data` reads a file where the body begins with `@`. */
export function toCurl(request: ApiRequest, server: string): string {
  const url = server + target(request);
  const parts = [
    // Brackets and braces in a path would be ranges to curl.
    `curl${/[[\]{}]/.test(url) ? " --globoff" : ""}${request.method === "GET" ? "" : ` --request ${request.method}`}`,
    shellWord(url),
    `--header "Authorization: Bearer $${KEY_VARIABLE}"`,
    ...Object.entries(request.headers ?? {}).map(([name, value]) => `--header ${shellWord(`${name}: ${value}`)}`),
  ];
  if (request.body !== undefined) {
    parts.push(`--header 'Content-Type: application/json'`, `--data-raw ${shellWord(JSON.stringify(request.body))}`);
  }
  return parts.join(" \\\n  ");
}
