import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Dag, getContext } from "windlass";

// Every attempt writes its start and its end into a file of its own, which the product never reads: an independent account of what ran.
const dag = new Dag("ledger", {
  schedule: null,
  maxActiveRuns: 100,
  params: {
    type: "object",
    properties: { ledger: { type: "string" }, ms: { type: "integer", default: 30 } },
    required: ["ledger"],
  },
  defaultTask: { retries: { attempts: 8, delay: "1s" }, onSuccess: ({ dedupeKey }) => note("called", dedupeKey) },
  onSuccess: ({ dedupeKey }) => note("called", dedupeKey),
});

function note(what: string, dedupeKey?: string): void {
  const { params, attemptId, runId, taskId, tryNumber } = getContext<typeof dag>();
  const file = openSync(params.ledger, "a");
  writeSync(file, `${JSON.stringify({ what, attemptId, runId, taskId, tryNumber, dedupeKey, pid: process.pid })}\n`);
  fsyncSync(file);
  closeSync(file);
}

async function work(): Promise<string> {
  note("start");
  await delay(getContext<typeof dag>().params.ms ?? 30);
  note("end");
  return "done";
}

const first = dag.task("first", work)();
const left = dag.task("left", work)().after(first);
const right = dag.task("right", work)().after(first);
dag.task("last", work)().after(left, right);

export default dag;
