import type { Command } from "commander";
import type { JsonObject, JsonValue } from "@windlass/contract";
import { part, text, warningLines } from "../client/answers.ts";
import type { Client } from "../client/http.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import { EXIT, type Io } from "../io.ts";
import { parseConf, paramsOf } from "./conf-flags.ts";

interface TriggerFlags extends TalkingFlags {
  readonly conf?: JsonObject;
  readonly param?: readonly string[];
  readonly runId?: string;
  readonly logicalDate?: string;
  readonly note?: string;
  readonly unpause?: boolean;
  readonly wait?: boolean;
  readonly strict?: boolean;
}

/** `windlass trigger <dag-id>`. */
export function registerTrigger(program: Command, io: Io): void {
  talking(program.command("trigger <dag-id>"))
    .description("make a run of a Dag")
    .option("--conf <json>", "conf as a JSON object", parseConf)
    .option("--param <name=value...>", "one param; the value is read as JSON where it is JSON, else as text")
    .option("--run-id <id>", "the run's id (else the server makes one)")
    .option("--logical-date <moment>", "an RFC 3339 moment with zone")
    .option("--note <text>", "a note on the run")
    .option("--unpause", "unpause the Dag first, where it is paused")
    .option("--wait", "wait until the run has ended; exit code 5 where it failed")
    .option("--strict", "refuse instead of warning where the run could not start now")
    .addHelpText(
      "after",
      `\nExamples:\n  windlass trigger hello\n  windlass trigger report --param region=eu --param limit=10 --wait\n  windlass trigger report --conf '{"region":"eu"}' --run-id by_hand_1`,
    )
    .action(async (dagId: string, flags: TriggerFlags) =>
      talk(io, flags, async (client) => {
        if (flags.unpause) await client.call("PATCH", `/api/v2/dags/${part(dagId)}`, { is_paused: false });
        const body: Record<string, JsonValue> = {
          conf: { ...flags.conf, ...paramsOf(flags.param ?? []) },
          logical_date: flags.logicalDate ?? null,
        };
        if (flags.runId) body.dag_run_id = flags.runId;
        if (flags.note) body.note = flags.note;
        const headers: Record<string, string> = flags.strict ? { prefer: "handling=strict" } : {};
        const run = await client.call("POST", `/api/v2/dags/${part(dagId)}/dagRuns`, body, headers);
        for (const line of warningLines(run)) io.err(line);
        const runId = text(run, "dag_run_id");
        if (!flags.wait) {
          print(io, flags, run, () => `${dagId} ${runId} is ${text(run, "state")}`);
          return;
        }
        const ended = await waitForEnd(client, dagId, runId, (state) => {
          if (io.isTerminal && !flags.json) io.err(`${runId}: ${state}`);
        });
        print(io, flags, ended, () => `${dagId} ${runId} is ${text(ended, "state")}`);
        if (text(ended, "state") === "failed") io.exit(EXIT.runFailed);
      }),
    );
}

/** Asks until a run is over, at most every 200 ms; tells each new state. */
async function waitForEnd(
  client: Client,
  dagId: string,
  runId: string,
  onState: (state: string) => void,
): Promise<JsonValue> {
  let last = "";
  for (;;) {
    const run = await client.call("GET", `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}`);
    const state = text(run, "state");
    if (state !== last) onState(state);
    last = state;
    if (state === "success" || state === "failed") return run;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
