import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { getContext } from "windlass";

/** The file that every task writes its account into, and that the product never reads. */
export const LEDGER = "WINDLASS_DAG_LEDGER";

function line(entry: object): void {
  const file = openSync(getContext().env[LEDGER] ?? "", "a");
  // One write of one line: those of several processes do not mix. It is on the disk before anything follows.
  writeSync(file, `${JSON.stringify(entry)}\n`);
  fsyncSync(file);
  closeSync(file);
}

/** Writes down that the attempt of now has come so far. */
export function note(what: "start" | "end"): void {
  const { attemptId, dagId, runId, taskId, mapIndex, tryNumber } = getContext();
  const at = { pid: process.pid, supervisor: process.ppid, wallMs: Date.now() };
  line({ what, attemptId, dagId, runId, taskId, mapIndex, tryNumber, ...at });
}

const BEAT = `trap "" TERM HUP; while :; do printf '%s,"wallMs":%s}\\n' "$1" "$(date +%s%3N)" >> "$2"; sleep 0.5; done`;

/** Starts a process in a session of its own that cannot be asked to end, and writes down that it is alive, again and again. */
export function startDeafGrandchild(): ChildProcess {
  const { attemptId, dagId, runId, taskId, mapIndex, tryNumber, env } = getContext();
  const supervisor = process.ppid;
  const sign = JSON.stringify({ what: "alive", attemptId, dagId, runId, taskId, mapIndex, tryNumber, supervisor });
  return spawn("sh", ["-c", BEAT, "sh", sign.slice(0, -1), env[LEDGER] ?? ""], { detached: true, stdio: "ignore" });
}

/** Writes down that a callback was called. */
export function noteCall(dedupeKey: string): void {
  const { attemptId, dagId, runId, taskId } = getContext();
  line({ what: "called", attemptId, dagId, runId, taskId, dedupeKey });
}

/** Takes some time, a little different each time, with an account of it. */
export function work(longestMs: number): Promise<string> {
  note("start");
  return goOn(longestMs);
}

/** As `work`, for what has written down its start. */
export async function goOn(longestMs: number): Promise<string> {
  await delay(20 + Math.random() * longestMs);
  note("end");
  return "done";
}
