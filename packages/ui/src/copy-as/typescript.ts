import type { JsonValue } from "@windlass/contract/browser";
import { type ApiRequest, target } from "../api/request.ts";
import { KEY_VARIABLE } from "./key-variable.ts";

/** The request as a TypeScript module for Node, with nothing but `fetch`. */
export function toTypeScript(request: ApiRequest, server: string): string {
  const headers = { ...request.headers, ...(request.body === undefined ? {} : { "Content-Type": "application/json" }) };
  const lines = [
    `const response = await fetch(${JSON.stringify(server + target(request))}, {`,
    `  method: ${JSON.stringify(request.method)},`,
    "  headers: {",
    `    Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\`,`,
    ...Object.entries(headers).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`),
    "  },",
    ...(request.body === undefined ? [] : [`  body: JSON.stringify(${typeScriptLiteral(request.body, "  ")}),`]),
    "});",
    "console.log(response.status, await response.text());",
  ];
  return lines.join("\n");
}

/** A JSON value as a TypeScript expression. JSON is almost one: only the key `__proto__` would set the prototype instead. */
function typeScriptLiteral(value: JsonValue, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${(value as readonly JsonValue[]).map((each) => `${inner}${typeScriptLiteral(each, inner)},\n`).join("")}${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  if (entries.length === 0) return "{}";
  const key = (name: string): string => (name === "__proto__" ? '["__proto__"]' : JSON.stringify(name));
  return `{\n${entries.map(([name, each]) => `${inner}${key(name)}: ${typeScriptLiteral(each, inner)},\n`).join("")}${indent}}`;
}
