import type { Command } from "commander";
import type { JsonObject, JsonValue } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

interface AroundFlags extends TalkingFlags {
  readonly upstream?: boolean;
  readonly downstream?: boolean;
  readonly past?: boolean;
  readonly future?: boolean;
  readonly dryRun?: boolean;
  readonly mapIndex?: string;
}

interface ClearFlags extends AroundFlags {
  readonly onlyFailed?: boolean;
  readonly onlyRunning?: boolean;
  readonly reset: boolean;
  readonly latest?: boolean;
  readonly note?: string;
}

function around(command: Command): Command {
  return command
    .option("--upstream", "also the tasks above")
    .option("--downstream", "also the tasks below")
    .option("--past", "also in the runs before")
    .option("--future", "also in the runs after")
    .option("--dry-run", "only tell which task instances that is about");
}

function aroundBody({ upstream, downstream, past, future }: AroundFlags): JsonObject {
  return {
    include_upstream: upstream === true,
    include_downstream: downstream === true,
    include_past: past === true,
    include_future: future === true,
  };
}

/** Task instances as lines. */
export function instanceTable(answer: JsonValue): string {
  return table(
    ["run", "task", "index", "state", "try", "version", "started", "seconds"],
    rows(answer, "task_instances").map((each) => [
      text(each, "dag_run_id"),
      text(each, "task_id"),
      text(each, "map_index").replace("-1", ""),
      text(each, "state"),
      text(each, "try_number"),
      versionOf(each),
      moment(each, "start_date"),
      text(each, "duration"),
    ]),
  );
}

function versionOf(row: JsonObject): string {
  const version = row.dag_version;
  return typeof version === "object" && version !== null && !Array.isArray(version)
    ? text(version, "version_number")
    : "";
}

/** `windlass tasks states|tries|clear|mark`. */
export function registerTasks(program: Command, io: Io): void {
  const tasks = program.command("tasks").description("task instances: states, tries, clear, mark");
  talking(tasks.command("states <dag-id> <run-id>"))
    .description("the task instances of a run")
    .action(async (dagId: string, runId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const path = `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}/taskInstances?limit=100`;
        const answer = await client.call("GET", path);
        print(io, flags, answer, () => instanceTable(answer));
      }),
    );
  talking(tasks.command("tries <dag-id> <run-id> <task-id>"))
    .description("the tries of a task instance, each with the version of the Dag it ran on")
    .option("--map-index <n>", "of a mapped task: which instance")
    .action(async (dagId: string, runId: string, taskId: string, flags: AroundFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}/taskInstances/${part(taskId)}`;
        const answer = await client.call("GET", `${at}/tries?map_index=${flags.mapIndex ?? "-1"}`);
        print(io, flags, answer, () => instanceTable(answer));
      }),
    );
  around(talking(tasks.command("clear <dag-id> <run-id> [task-id...]")))
    .description("have task instances executed again: the named tasks, or all")
    .option("--only-failed", "only those that failed")
    .option("--only-running", "only those that run")
    .option("--map-index <n>", "of one mapped task: which instance")
    .option("--no-reset", "leave a run that is over as it is")
    .option("--latest", "go on on the newest version of the Dag")
    .option("--note <text>", "a note for each of them")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass tasks clear sales RUN load --downstream --dry-run\n  windlass tasks clear sales RUN --only-failed --latest",
    )
    .action(async (dagId: string, runId: string, taskIds: string[], flags: ClearFlags) =>
      talk(io, flags, async (client) => {
        const { mapIndex } = flags;
        const named = mapIndex === undefined ? taskIds : taskIds.map((id) => [id, Number(mapIndex)]);
        const answer = await client.call("POST", `/api/v2/dags/${part(dagId)}/clearTaskInstances`, {
          dag_run_id: runId,
          ...(named.length === 0 ? {} : { task_ids: named }),
          ...aroundBody(flags),
          only_failed: flags.onlyFailed === true,
          only_running: flags.onlyRunning === true,
          reset_dag_runs: flags.reset,
          ...(flags.latest === true ? { run_on_latest_version: true } : {}),
          ...(flags.note === undefined ? {} : { note: flags.note }),
          dry_run: flags.dryRun === true,
        });
        print(io, flags, answer, () => instanceTable(answer));
      }),
    );
  around(talking(tasks.command("mark <dag-id> <run-id> <task-id> <state>")))
    .description("give task instances a state: success, failed or skipped")
    .option("--map-index <n>", "of a mapped task: which instance")
    .action(async (dagId: string, runId: string, taskId: string, state: string, flags: AroundFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}/taskInstances/${part(taskId)}`;
        const one = flags.mapIndex === undefined ? at : `${at}/${part(flags.mapIndex)}`;
        const body = { new_state: state, ...aroundBody(flags) };
        const answer = await client.call("PATCH", flags.dryRun === true ? `${one}/dry_run` : one, body);
        print(io, flags, answer, () => instanceTable(answer));
      }),
    );
}
