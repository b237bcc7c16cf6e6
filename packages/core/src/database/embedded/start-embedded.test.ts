import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefusalError } from "@windlass/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../connection.ts";
import { removeDataFolder } from "./elsewhere.ts";
import type { EmbeddedServer } from "./start-embedded.ts";
import { startEmbedded } from "./start-embedded.ts";

const asRoot = process.geteuid?.() === 0;
let place: string;
let dataFolder: string;
let server: EmbeddedServer;
let meanwhile = 0;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "windlass-embedded-"));
  // mkdtemp's folders are closed to all others, which is the subject of a test of its own.
  await chmod(place, 0o755);
  dataFolder = join(place, "data");
  server = await startEmbedded({
    dataFolder,
    meanwhile: () => {
      meanwhile += 1;
    },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(place, { recursive: true });
});

async function refusedCode(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RefusalError);
  return (error as RefusalError).refusals[0].code;
}

async function ask<Row>(url: string, text: string): Promise<Row[]> {
  const database = openDatabase({ url });
  try {
    return await database.query<Row>(text);
  } finally {
    await database.close();
  }
}

describe("a new database", () => {
  it("has told once that there is time for something else", () => {
    expect(meanwhile).toBe(1);
  });

  it("is a PostgreSQL 18 that loses nothing it has acknowledged", async () => {
    expect(server.majorVersion).toBe(18);
    const settings = await ask(
      server.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages,
              current_setting('listen_addresses') AS network, current_setting('jit') AS jit, current_setting('TimeZone') AS zone,
              current_setting('password_encryption') AS passwords, current_setting('data_checksums') AS checksums`,
    );
    expect(settings).toEqual([
      {
        fsync: "on",
        commit: "on",
        pages: "on",
        network: "",
        jit: "off",
        zone: "UTC",
        passwords: "scram-sha-256",
        checksums: "on",
      },
    ]);
  });

  it("keeps its password to its owner and its socket in a private folder", async () => {
    const password = await readFile(join(dataFolder, "password"), "utf8");
    expect(password.trim()).toBe(server.connection.password);
    expect((await stat(join(dataFolder, "password"))).mode & 0o777).toBe(0o600);
    expect((await stat(server.connection.host)).mode & 0o777).toBe(0o700);
    const guessing = openDatabase({ connection: { ...server.connection, password: "guess" } });
    await expect(guessing.query("SELECT 1")).rejects.toMatchObject({ detail: { kind: "denied" } });
    await guessing.close();
  });

  it("leaves nothing half made beside it", async () => {
    expect((await readdir(dataFolder)).sort()).toEqual(["cluster", "lock", "password", "server.log", "socket"]);
  });

  it.skipIf(!asRoot)("runs under an account that is not root's, when root starts it (needs root)", async () => {
    const status = await readFile(`/proc/${String(server.pid)}/status`, "utf8");
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe("0");
    expect((await stat(join(dataFolder, "cluster"))).uid).not.toBe(0);
  });

  it.skipIf(!asRoot)("works below a folder that only root may enter (needs root)", async () => {
    const closed = join(place, "closed");
    await mkdir(closed, { mode: 0o700 });
    const hidden = await startEmbedded({ dataFolder: join(closed, "data") });
    expect(await ask(hidden.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await hidden.stop();
    const again = await startEmbedded({ dataFolder: join(closed, "data") });
    expect(await ask(again.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await again.stop();
    const cluster = await realpath(join(closed, "data", "cluster"));
    expect(cluster).not.toContain(closed);
    await removeDataFolder(join(closed, "data"));
    await expect(stat(cluster)).rejects.toThrow("ENOENT");
  });
});

describe("a first start that was cut off", () => {
  it("leaves nothing that looks whole, and the next one removes the rest", async () => {
    const cutOff = join(place, "cut-off");
    await mkdir(join(cutOff, "cluster.half-abc", "data"), { recursive: true });
    await writeFile(join(cutOff, "cluster.half-abc", "data", "PG_VERSION"), "18\n");
    await writeFile(join(cutOff, "password"), "of the cut-off start\n");
    const whole = await startEmbedded({ dataFolder: cutOff });
    expect(whole.connection.password).not.toBe("of the cut-off start");
    await whole.stop();
    expect((await readdir(cutOff)).sort()).toEqual(["cluster", "password", "server.log"]);
  });
});

describe("a later start", () => {
  it("finds everything again, and frees the folder when stopped", async () => {
    await ask(server.url, "CREATE TABLE remembered AS SELECT 1 AS id");
    await server.stop();
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect((await readdir(dataFolder)).sort()).toEqual(["cluster", "password", "server.log"]);
    server = await startEmbedded({ dataFolder });
    expect(await ask(server.url, "SELECT id FROM remembered")).toEqual([{ id: 1 }]);
  });

  it("takes over the lock of a process that is gone", async () => {
    await server.stop();
    await writeFile(join(dataFolder, "lock"), JSON.stringify({ pid: process.pid, startedAt: "another boot" }));
    server = await startEmbedded({ dataFolder });
    expect(server.adopted).toBe(false);
  });

  it("is not kept back by the note of a dead server whose process id belongs to another program now", async () => {
    const { pid } = server;
    await server.stop();
    await writeFile(
      join(dataFolder, "cluster", "postmaster.pid"),
      `${String(process.ppid)}\n${join(dataFolder, "cluster")}\n1\n5432\n/nowhere\n\n\nready\n`,
    );
    server = await startEmbedded({ dataFolder });
    expect(server.pid).not.toBe(pid);
  });
});

describe("what is refused", () => {
  it("a folder that another Windlass holds", async () => {
    expect(await refusedCode(startEmbedded({ dataFolder }))).toBe("database.folder_in_use");
    expect(await ask(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("a folder of another major version, which stays as it is", async () => {
    await server.stop();
    const version = join(dataFolder, "cluster", "PG_VERSION");
    await writeFile(version, "14\n");
    expect(await refusedCode(startEmbedded({ dataFolder }))).toBe("database.other_major_version");
    expect(await readFile(version, "utf8")).toBe("14\n");
    await writeFile(version, "18\n");
    server = await startEmbedded({ dataFolder });
  });

  it("a folder that cannot be written", async () => {
    await writeFile(join(place, "a-file"), "");
    expect(await refusedCode(startEmbedded({ dataFolder: join(place, "a-file", "data") }))).toBe(
      "database.folder_unwritable",
    );
    const closed = join(place, "read-only");
    await mkdir(closed, { mode: 0o500 });
    // Root may write anywhere but into the kernel's own tree.
    expect(await refusedCode(startEmbedded({ dataFolder: asRoot ? "/sys/windlass" : closed }))).toBe(
      "database.folder_unwritable",
    );
  });

  it("a database whose password is gone", async () => {
    await server.stop();
    await rename(join(dataFolder, "password"), join(place, "password"));
    expect(await refusedCode(startEmbedded({ dataFolder }))).toBe("database.password_missing");
    await rename(join(place, "password"), join(dataFolder, "password"));
    server = await startEmbedded({ dataFolder });
  });

  it("a database that PostgreSQL itself cannot start, with PostgreSQL's reason", async () => {
    await server.stop();
    const error: unknown = await startEmbedded({ dataFolder, settings: { shared_buffers: "plenty" } }).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as RefusalError).refusals[0]).toMatchObject({
      code: "database.start_failed",
      reason: expect.stringContaining("shared_buffers"),
    });
    server = await startEmbedded({ dataFolder });
  });
});
