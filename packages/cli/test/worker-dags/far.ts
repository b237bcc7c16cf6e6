import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Dag, getContext } from "windlass";

// The work runs on workers; every attempt writes its start and its end into a file that the product never reads.
const dag = new Dag("far", {
  schedule: null,
  params: {
    type: "object",
    properties: { ledger: { type: "string" }, ms: { type: "integer", default: 30 } },
    required: ["ledger"],
  },
  defaultTask: { retries: { attempts: 2, delay: "1s" } },
});

function note(what: string): void {
  const { params, attemptId, tryNumber } = getContext<typeof dag>();
  const file = openSync(params.ledger, "a");
  writeSync(file, `${JSON.stringify({ what, attemptId, tryNumber, pid: process.pid, supervisor: process.ppid })}\n`);
  fsyncSync(file);
  closeSync(file);
}

const near = dag.task("near", () => ({ greeting: "from the server" }));

const far = dag.task(
  "far",
  async ({ given }: { given: { greeting: string } }) => {
    note("start");
    getContext().log.info("working far away");
    await delay(getContext<typeof dag>().params.ms ?? 30);
    note("end");
    return `${given.greeting} to the worker`;
  },
  { queue: "far" },
);

far({ given: near() });

export default dag;
