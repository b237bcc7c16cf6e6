import type { Command } from "commander";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";
import { registerRunChanges } from "./run-changes.ts";
import { deadlineLine, registerRunNotices } from "./run-notices.ts";

/** `windlass runs list|show|why|callbacks|alerts|clear|mark|delete`. */
export function registerRuns(program: Command, io: Io): void {
  const runs = program.command("runs").description("Dag runs: list, show, why, callbacks, alerts, clear, mark, delete");
  talking(runs.command("list [dag-id]"))
    .description("the newest runs, of one Dag or of all")
    .option("--limit <n>", "how many", "20")
    .option("--state <state...>", "only these states")
    .addHelpText("after", "\nExamples:\n  windlass runs list hello\n  windlass runs list --state failed --limit 5")
    .action(async (dagId: string | undefined, flags: TalkingFlags & { limit: string; state?: string[] }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: flags.limit, order_by: "-run_after" });
        for (const state of flags.state ?? []) query.append("state", state);
        const answer = await client.call("GET", `/api/v2/dags/${part(dagId ?? "~")}/dagRuns?${query}`);
        print(io, flags, answer, () =>
          table(
            ["dag", "run", "state", "type", "run after", "ended", "by"],
            rows(answer, "dag_runs").map((run) => [
              text(run, "dag_id"),
              text(run, "dag_run_id"),
              text(run, "state"),
              text(run, "run_type"),
              moment(run, "run_after"),
              moment(run, "end_date"),
              text(run, "triggering_user_name"),
            ]),
          ),
        );
      }),
    );
  talking(runs.command("show <dag-id> <run-id>"))
    .description("one run and its task instances")
    .action(async (dagId: string, runId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}`;
        const run = await client.call("GET", at);
        const tasks = await client.call("GET", `${at}/taskInstances?limit=100`);
        print(io, flags, { run, tasks }, () => {
          const fields = [
            "state",
            "run_type",
            "logical_date",
            "run_after",
            "start_date",
            "end_date",
            "triggered_by",
            "conf",
            "note",
          ];
          return [
            table(
              ["field", "value"],
              fields.map((name) => [name, text(run, name)]),
            ),
            "",
            table(
              ["task", "state", "try", "started", "seconds"],
              rows(tasks, "task_instances").map((t) => [
                text(t, "task_id"),
                text(t, "state"),
                text(t, "try_number"),
                moment(t, "start_date"),
                text(t, "duration"),
              ]),
            ),
          ].join("\n");
        });
      }),
    );
  talking(runs.command("why <dag-id> <run-id> [task-id]"))
    .description("why a run, or a task of it, does not move")
    .action(async (dagId: string, runId: string, taskId: string | undefined, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/windlass/v1/dags/${part(dagId)}/runs/${part(runId)}`;
        const answer = await client.call("GET", taskId ? `${at}/task-instances/${part(taskId)}/why` : `${at}/why`);
        print(io, flags, answer, () => {
          const reasons = rows(answer, "reasons").map((each) => `- ${text(each, "summary")} ${text(each, "fix")}`);
          return [
            `${text(answer, "state") || "no state yet"}${reasons.length ? "" : ": nothing holds it"}`,
            ...reasons,
            ...rows(answer, "deadlines").map(deadlineLine),
          ].join("\n");
        });
      }),
    );
  registerRunNotices(runs, io);
  registerRunChanges(runs, io);
  talking(runs.command("delete <dag-id> <run-id>"))
    .description("delete a run that is over, with its task instances")
    .action(async (dagId: string, runId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        await client.call("DELETE", `/api/v2/dags/${part(dagId)}/dagRuns/${part(runId)}`);
        print(io, flags, { deleted: runId }, () => `${dagId} ${runId} is deleted`);
      }),
    );
}
