import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Database } from "@windlass/core/database";
import { percentile } from "../figures.ts";

/** What a hop cannot do without, each by itself, in ms (p50). */
export interface FloorSteps {
  /** `select 1` and its answer. */
  readonly trip: number;
  /** One row inserted and committed. */
  readonly commit: number;
  /** A message of an attempt's size to a child process, and a short answer. */
  readonly ipc: number;
  /** A new file with two lines. */
  readonly log: number;
}

const ROUNDS = 500;

/** Measures them, one after another. */
export async function measureSteps(database: Database): Promise<FloorSteps> {
  const folder = mkdtempSync(join(tmpdir(), "windlass-floor-"));
  const child = fork(fileURLToPath(new URL("../floor/child.ts", import.meta.url)), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await new Promise((resolve) => child.once("message", resolve));
  await database.execute("create table floor_row (id bigint generated always as identity primary key, at timestamptz)");
  try {
    return {
      trip: await median(() => database.query("select 1")),
      commit: await median(() => database.execute("insert into floor_row (at) values (now())")),
      ipc: await median(
        () =>
          new Promise((resolve) => {
            child.once("message", resolve);
            child.send(1);
          }),
      ),
      log: await median(() => {
        const file = openSync(join(folder, randomUUID()), "a", 0o640);
        writeSync(file, "x".repeat(300));
        writeSync(file, "x".repeat(120));
        closeSync(file);
      }),
    };
  } finally {
    child.disconnect();
    await database.execute("drop table floor_row");
    rmSync(folder, { recursive: true });
  }
}

async function median(step: () => unknown): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    const begun = performance.now();
    await step();
    samples.push(performance.now() - begun);
  }
  return percentile(samples, 0.5);
}
