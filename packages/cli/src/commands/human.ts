import type { Command } from "commander";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";
import { paramsOf } from "./conf-flags.ts";

interface AnswerFlags extends TalkingFlags {
  readonly mapIndex: string;
  readonly input?: string[];
}

/** `windlass human list|answer`. */
export function registerHuman(program: Command, io: Io): void {
  const human = program.command("human").description("questions that tasks ask people: list, answer");
  talking(human.command("list [dag-id]"))
    .description("the open questions, the oldest first")
    .option("--all", "also those that are answered, the newest first")
    .option("--limit <n>", "how many", "50")
    .action(async (dagId: string | undefined, flags: TalkingFlags & { limit: string; all?: boolean }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: flags.limit });
        if (flags.all === true) query.set("all", "true");
        if (dagId !== undefined) query.set("dag_id", dagId);
        const answer = await client.call("GET", `/api/windlass/v1/human-steps?${query}`);
        print(io, flags, answer, () =>
          table(
            ["dag", "run", "task", "question", "options", "asked", "until", "answer"],
            rows(answer, "human_steps").map((step) => [
              text(step, "dag_id"),
              text(step, "run_id"),
              `${text(step, "task_id")}${text(step, "map_index") === "-1" ? "" : ` [${text(step, "map_index")}]`}`,
              text(step, "subject"),
              text(step, "options"),
              moment(step, "asked_at"),
              moment(step, "due_at"),
              text(step, "answer"),
            ]),
          ),
        );
      }),
    );
  talking(human.command("answer <dag-id> <run-id> <task-id> <option...>"))
    .description("answer a question; the first answer counts")
    .option("--map-index <n>", "which instance of a mapped task", "-1")
    .option("--input <name=value...>", "a field of the form; what is JSON is read as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass human answer release manual__2026-01-01 approve Approve\n  windlass human answer release manual__2026-01-01 rollout OK --input percent=25",
    )
    .action(async (dagId: string, runId: string, taskId: string, options: string[], flags: AnswerFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/windlass/v1/dags/${part(dagId)}/runs/${part(runId)}/task-instances/${part(taskId)}/answer`;
        const body = { chosen_options: options, params_input: paramsOf(flags.input ?? []) };
        const answer = await client.call("POST", `${at}?map_index=${flags.mapIndex}`, body);
        print(io, flags, answer, () => `${taskId} of ${dagId} is answered with ${options.join(", ")}`);
      }),
    );
}
