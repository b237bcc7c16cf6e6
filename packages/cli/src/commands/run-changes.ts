import type { Command } from "commander";
import { part, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { instanceTable } from "./tasks.ts";

interface ClearRunFlags extends TalkingFlags {
  readonly onlyFailed?: boolean;
  readonly onlyNew?: boolean;
  readonly latest?: boolean;
  readonly note?: string;
  readonly dryRun?: boolean;
}

/** `windlass runs clear|mark`. */
export function registerRunChanges(runs: Command, io: Io): void {
  talking(runs.command("clear <dag-id> <run-id>"))
    .description("have the tasks of a run executed again")
    .option("--only-failed", "only those that failed")
    .option("--only-new", "only the tasks that the newest version of the Dag has besides")
    .option("--latest", "go on on the newest version of the Dag")
    .option("--note <text>", "a note for the run")
    .option("--dry-run", "only tell which task instances that is about")
    .action(async (dagId: string, runId: string, flags: ClearRunFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("POST", `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}/clear`, {
          dry_run: flags.dryRun === true,
          only_failed: flags.onlyFailed === true,
          only_new: flags.onlyNew === true,
          ...(flags.latest === true ? { run_on_latest_version: true } : {}),
          ...(flags.note === undefined ? {} : { note: flags.note }),
        });
        print(io, flags, answer, () =>
          flags.dryRun === true ? instanceTable(answer) : `${dagId} ${runId} is ${text(answer, "state")}`,
        );
      }),
    );
  talking(runs.command("mark <dag-id> <run-id> <state>"))
    .description("give a run a state: success, failed or queued")
    .action(async (dagId: string, runId: string, state: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("PATCH", `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}`, { state });
        print(io, flags, answer, () => `${dagId} ${runId} is ${text(answer, "state")}`);
      }),
    );
}
