// @vitest-environment node
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonValue } from "@windlass/contract/browser";
import { type ApiRequest, path, target } from "../api/request.ts";
import { toCurl } from "./curl.ts";
import { toPython } from "./python.ts";
import { toTypeScript } from "./typescript.ts";

const run = promisify(execFile);
const KEY = "windlass_p_a'b\"c$d";

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  strict: string | undefined;
  body: string;
}

let server: Server;
let base: string;
let folder: string;
let seen: Seen | undefined;
const has = new Map<string, boolean>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      seen = {
        method: request.method ?? "",
        url: request.url ?? "",
        authorization: request.headers.authorization,
        strict: request.headers.prefer?.toString(),
        body: Buffer.concat(chunks).toString("utf8"),
      };
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "copy-as-"));
  for (const program of ["curl", "python3"]) {
    has.set(
      program,
      await run(program, ["--version"]).then(
        () => true,
        () => false,
      ),
    );
  }
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const hostileText = fc.oneof(
  fc.constantFrom(
    "'",
    "''",
    `'\\''`,
    '"',
    "$(id)",
    "`id`",
    "$HOME",
    "@/etc/passwd",
    "\n",
    "\r\n",
    "\\",
    "!",
    "#",
    "%41",
    "a b",
    "é",
    "😀",
    "\u2028",
    "\u0000",
    "\ud800",
    "--data",
    "*",
    "~",
    "{a,b}",
    "[1-3]",
    "</script>",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);

const hostileJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    fc.constantFrom<JsonValue>(null, true, false, 0, -1.5, 1e21, 2 ** 53),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(hostileText, fc.constant("__proto__")), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

// A path is made of well-formed text: lone surrogates cannot be encoded into a URL at all.
const segment = hostileText.map((text) => text.replaceAll(/[\ud800-\udfff]/g, "").replaceAll(/^\.{0,2}$/g, "x"));

const hostileRequest: fc.Arbitrary<ApiRequest> = fc
  .record({ id: segment, note: hostileText, value: hostileJson, strict: fc.boolean() })
  .map(({ id, note, value, strict }) => ({
    method: "POST",
    path: path`/api/v2/dags/${id}/dagRuns`,
    query: { update_mask: segmentless(note) },
    ...(strict ? { headers: { Prefer: "handling=strict" } } : {}),
    body: { note, conf: value },
  }));

function segmentless(text: string): string {
  return text.replaceAll(/[\ud800-\udfff]/g, "");
}

async function arrives(request: ApiRequest, program: () => Promise<unknown>): Promise<void> {
  seen = undefined;
  await program();
  expect(seen).toMatchObject({
    method: request.method,
    url: target(request),
    authorization: `Bearer ${KEY}`,
    strict: request.headers?.Prefer,
  });
  // Texts are compared: an object with the key __proto__ would be compared wrongly by its members.
  expect(JSON.stringify(JSON.parse(seen!.body))).toBe(JSON.stringify(request.body));
}

const environment = { ...process.env, WINDLASS_API_KEY: KEY };

describe("copied requests", () => {
  it("curl in a real shell sends what the page would send, whatever the values hold", async ({ skip }) => {
    if (has.get("curl") !== true) skip("curl is not installed");
    await fc.assert(
      fc.asyncProperty(hostileRequest, (request) =>
        arrives(request, () => run("sh", ["-c", `${toCurl(request, base)} --silent --fail`], { env: environment })),
      ),
      { numRuns: 80 },
    );
  }, 120_000);

  it("Python sends what the page would send", async ({ skip }) => {
    if (has.get("python3") !== true) skip("python3 is not installed");
    const file = join(folder, "request.py");
    await fc.assert(
      fc.asyncProperty(hostileRequest, (request) =>
        arrives(request, async () => {
          await writeFile(file, toPython(request, base));
          await run("python3", [file], { env: environment });
        }),
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  it("TypeScript sends what the page would send", async () => {
    const file = join(folder, "request.mts");
    await fc.assert(
      fc.asyncProperty(hostileRequest, (request) =>
        arrives(request, async () => {
          await writeFile(file, toTypeScript(request, base));
          await run(process.execPath, [file], { env: environment });
        }),
      ),
      { numRuns: 20 },
    );
  }, 120_000);

  it("never holds a token, only the name of the variable that has it", () => {
    const request: ApiRequest = { method: "GET", path: "/api/v2/dags" };
    expect(toCurl(request, "http://h")).toBe(
      `curl \\\n  'http://h/api/v2/dags' \\\n  --header "Authorization: Bearer $WINDLASS_API_KEY"`,
    );
    expect(toPython(request, "http://h")).toContain('os.environ["WINDLASS_API_KEY"]');
    expect(toTypeScript(request, "http://h")).toContain("process.env.WINDLASS_API_KEY");
  });
});
