import type { JsonValue } from "@windlass/contract/browser";
import { type ApiRequest, target } from "../api/request.ts";
import { KEY_VARIABLE } from "./key-variable.ts";

/** The request as a Python 3 program that needs only the standard library. */
export function toPython(request: ApiRequest, server: string): string {
  const hasBody = request.body !== undefined;
  const headers = { ...request.headers, ...(hasBody ? { "Content-Type": "application/json" } : {}) };
  const lines = [
    ...(hasBody ? ["import json"] : []),
    "import os",
    "import urllib.request",
    "",
    ...(hasBody ? [`body = ${pythonLiteral(request.body)}`, ""] : []),
    "request = urllib.request.Request(",
    `    ${pythonString(server + target(request))},`,
    `    method=${pythonString(request.method)},`,
    "    headers={",
    `        "Authorization": "Bearer " + os.environ["${KEY_VARIABLE}"],`,
    ...Object.entries(headers).map(([name, value]) => `        ${pythonString(name)}: ${pythonString(value)},`),
    "    },",
    ...(hasBody ? ["    data=json.dumps(body).encode(),"] : []),
    ")",
    "with urllib.request.urlopen(request) as response:",
    "    print(response.read().decode())",
  ];
  return lines.join("\n");
}

/** A Python string that holds exactly this text; everything beyond ASCII as escapes, so that no terminal changes it. */
function pythonString(text: string): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === "\\") out += `\\${character}`;
    else if (character === "\n") out += "\\n";
    else if (code >= 0x20 && code < 0x7f) out += character;
    else if (code > 0xffff) out += `\\U${code.toString(16).padStart(8, "0")}`;
    else out += `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `${out}"`;
}

/** A JSON value as Python writes it. */
function pythonLiteral(value: JsonValue | undefined, indent = ""): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return JSON.stringify(value);
  if (typeof value === "string") return pythonString(value);
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${(value as readonly JsonValue[]).map((each) => `${inner}${pythonLiteral(each, inner)},\n`).join("")}${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (entries.length === 0) return "{}";
  return `{\n${entries.map(([name, each]) => `${inner}${pythonString(name)}: ${pythonLiteral(each, inner)},\n`).join("")}${indent}}`;
}
