import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionValue } from "@windlass/contract";
import { testDatabase } from "@windlass/core/test-support";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tryConnection } from "./index.ts";

const NOTHING = { connectionId: "c", host: null, login: null, password: null, schema: null, port: null, extra: null };
const use = (connection: Partial<ConnectionValue> & { readonly connType: string }) =>
  tryConnection({ ...NOTHING, ...connection }, AbortSignal.timeout(10_000));

const site = createServer((request, response) => {
  const isKnown = request.headers.authorization === `Basic ${Buffer.from("ada:lovelace").toString("base64")}`;
  response.writeHead(isKnown ? 404 : 401).end();
});
let port: number;
beforeAll(async () => {
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  port = (site.address() as AddressInfo).port;
});
afterAll(() => {
  site.close();
});

describe("trying a connection", () => {
  it("asks a web server with the credentials", async () => {
    const at = { connType: "http", host: "127.0.0.1", port, login: "ada" };
    expect(await use({ ...at, password: "lovelace" })).toBe(true);
    await expect(use({ ...at, password: "wrong" })).rejects.toThrow("refused the credentials");
  });

  it("opens a file of SQLite, and says where it is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "windlass-try-"));
    try {
      const file = join(folder, "data.db");
      await expect(use({ connType: "sqlite", host: file })).rejects.toThrow("no such file");
      expect(existsSync(file)).toBe(false);
      await writeFile(file, "");
      expect(await use({ connType: "sqlite", host: file })).toBe(true);
      await writeFile(join(folder, "text.db"), "this is no database, however long one reads in it".repeat(40));
      await expect(use({ connType: "sqlite", host: join(folder, "text.db") })).rejects.toThrow();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("logs in to PostgreSQL", async () => {
    const test = await testDatabase({ empty: true });
    const { host, port: at, user, password, database } = new pg.Client(test.url);
    const connection = { connType: "postgres", host, port: at, login: user ?? "", password: password ?? "" };
    expect(await use({ ...connection, schema: database ?? "" })).toBe(true);
    await expect(use({ ...connection, schema: "nowhere" })).rejects.toThrow("nowhere");
    await test.drop();
  });

  it("fails where nobody listens", async () => {
    for (const connType of ["postgres", "mysql", "smtp"])
      await expect(use({ connType, host: "127.0.0.1", port: 1 }), connType).rejects.toThrow();
  });

  it("knows no other types", async () => {
    expect(await use({ connType: "ftp", host: "127.0.0.1", port })).toBe(false);
  });
});
