import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../connection.ts";
import type { EmbeddedServer } from "./start-embedded.ts";
import { startEmbedded } from "./start-embedded.ts";

const PARENT = fileURLToPath(new URL("../../../test-support/embedded-parent.ts", import.meta.url));
let dataFolder: string;
let server: EmbeddedServer;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "windlass-killed-"));
  await chmod(dataFolder, 0o755);
});
afterAll(async () => {
  await server.stop();
  await rm(dataFolder, { recursive: true });
});

interface Parent {
  readonly child: ChildProcess;
  readonly serverPid: Promise<number>;
  /** The highest row that was acknowledged; settles once there are that many. */
  rows(atLeast: number): Promise<number>;
  readonly ended: Promise<unknown>;
}

function startParent(): Parent {
  const child = spawn(process.execPath, [PARENT, dataFolder], { stdio: ["ignore", "pipe", "inherit"] });
  const serverPid = Promise.withResolvers<number>();
  let last = 0;
  let wanted = { count: Number.POSITIVE_INFINITY, resolve: (_: number): void => undefined };
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [what, number] = line.split(" ");
    if (what === "server") serverPid.resolve(Number(number));
    else last = Number(number);
    if (last >= wanted.count) wanted.resolve(last);
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const rows = (count: number): Promise<number> =>
    new Promise((resolve) => {
      wanted = { count, resolve };
      if (last >= count) resolve(last);
    });
  return { child, serverPid: serverPid.promise, ended, rows: async (count) => Math.max(await rows(count), last) };
}

async function keptRows(url: string): Promise<number> {
  const database = openDatabase({ url });
  const [row] = await database.query<{ n: number }>("SELECT count(*) AS n FROM kept");
  await database.close();
  return row?.n ?? 0;
}

describe("after a kill -9", () => {
  it("of the process that started it, the server is adopted with all acknowledged rows, and stopped in order", async () => {
    const parent = startParent();
    const acknowledged = await parent.rows(200);
    parent.child.kill("SIGKILL");
    await parent.ended;
    server = await startEmbedded({ dataFolder });
    expect([server.adopted, server.pid]).toEqual([true, await parent.serverPid]);
    expect(await keptRows(server.url)).toBeGreaterThanOrEqual(acknowledged);
    await server.stop();
    expect(await server.exited).toEqual({ code: null, signal: null });
  });

  it("of the process that started it, a server with other settings is stopped and started anew", async () => {
    server = await startEmbedded({ dataFolder });
    await server.stop();
    const database = await startEmbedded({ dataFolder });
    const emptied = openDatabase({ url: database.url });
    await emptied.execute("TRUNCATE kept");
    await emptied.close();
    await database.stop();
    const parent = startParent();
    const acknowledged = await parent.rows(50);
    parent.child.kill("SIGKILL");
    await parent.ended;
    server = await startEmbedded({ dataFolder, settings: { max_connections: "40" } });
    expect(server.adopted).toBe(false);
    expect(await keptRows(server.url)).toBeGreaterThanOrEqual(acknowledged);
  });

  it("of the server under load, its owner hears of it, starts it again in the same folder and finds every acknowledged row", async () => {
    const database = openDatabase({ url: server.url, transactionTries: 1 });
    await database.execute("TRUNCATE kept");
    let acknowledged = 0;
    let stop = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; !stop; n += 1) {
        await database.execute("INSERT INTO kept (id) VALUES ($1)", [writer * 1_000_000 + n]).then(
          () => (acknowledged += 1),
          () => undefined,
        );
      }
    });
    const heard: string[] = [];
    const rejoined = Promise.withResolvers<undefined>();
    await database.listen("signs", (payload) => {
      heard.push(payload);
      if (payload === "") rejoined.resolve(undefined);
    });
    await expect.poll(() => acknowledged).toBeGreaterThan(300);
    process.kill(server.pid, "SIGKILL");
    expect(await server.exited).toMatchObject({ signal: "SIGKILL" });
    const before = acknowledged;
    server = await startEmbedded({ dataFolder, settings: { max_connections: "40" } });
    expect(server.adopted).toBe(false);
    await expect.poll(() => acknowledged, { timeout: 10_000 }).toBeGreaterThan(before + 100);
    stop = true;
    await Promise.all(writers);
    expect(await keptRows(server.url)).toBeGreaterThanOrEqual(acknowledged);
    await rejoined.promise;
    await database.notify("signs", "of life");
    await expect.poll(() => heard.at(-1)).toBe("of life");
    await database.close();
  });

  it("of both, the next start takes the folder over", async () => {
    await server.stop();
    const parent = startParent();
    const pid = await parent.serverPid;
    parent.child.kill("SIGKILL");
    await parent.ended;
    process.kill(pid, "SIGKILL");
    server = await startEmbedded({ dataFolder });
    expect(server.adopted).toBe(false);
    expect(await keptRows(server.url)).toBeGreaterThan(0);
  });
});
