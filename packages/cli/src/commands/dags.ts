import type { Command } from "commander";
import { isJsonObject } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** `windlass dags list|show|pause|unpause`. */
export function registerDags(program: Command, io: Io): Command {
  const dags = program.command("dags").description("Dags: list, show, test, pause, unpause");
  talking(dags.command("list"))
    .description("every Dag you may read")
    .option("--tag <tag...>", "only those with a tag")
    .option("--paused", "only paused ones")
    .addHelpText("after", "\nExamples:\n  windlass dags list\n  windlass dags list --tag sales --json")
    .action(async (flags: TalkingFlags & { tag?: string[]; paused?: boolean }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: "1000" });
        for (const tag of flags.tag ?? []) query.append("tags", tag);
        if (flags.paused) query.set("paused", "true");
        const answer = await client.call("GET", `/api/windlass/v1/dags?${query}`);
        print(io, flags, answer, () =>
          table(
            ["dag", "schedule", "paused", "tags", "next run", "last run"],
            rows(answer, "dags").map((dag) => [
              text(dag, "dag_id"),
              isJsonObject(dag.schedule) ? text(dag.schedule, "text") : "",
              dag.has_import_errors === true ? "broken" : dag.is_paused === true ? "yes" : "no",
              text(dag, "tags"),
              moment(dag, "next_run_after"),
              text(rows(dag, "last_runs").at(-1), "state"),
            ]),
          ),
        );
      }),
    );
  talking(dags.command("show <dag-id>"))
    .description("one Dag: schedule, params, tasks")
    .action(async (dagId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const details = await client.call("GET", `/api/v2/dags/${part(dagId)}/details`);
        const structure = await client.call("GET", `/api/windlass/v1/dags/${part(dagId)}/structure`);
        print(io, flags, { details, structure }, () => {
          const fields = [
            "dag_id",
            "description",
            "timetable_summary",
            "is_paused",
            "tags",
            "owners",
            "relative_fileloc",
          ];
          const params = isJsonObject(details) && isJsonObject(details.params) ? Object.entries(details.params) : [];
          return [
            table(
              ["field", "value"],
              fields.map((name) => [name, text(details, name)]),
            ),
            "",
            table(
              ["task", "operator", "upstream", "rule"],
              rows(structure, "tasks").map((t) => [
                text(t, "task_id"),
                text(t, "operator"),
                text(t, "upstream"),
                text(t, "trigger_rule"),
              ]),
            ),
            ...(params.length
              ? [
                  "",
                  table(
                    ["param", "default", "schema"],
                    params.map(([name, p]) => [name, text(p, "value"), text(p, "schema")]),
                  ),
                ]
              : []),
          ].join("\n");
        });
      }),
    );
  for (const [verb, paused] of [
    ["pause", true],
    ["unpause", false],
  ] as const) {
    talking(dags.command(`${verb} <dag-id>`))
      .description(paused ? "stop starting runs of a Dag" : "start runs of a Dag again")
      .action(async (dagId: string, flags: TalkingFlags) =>
        talk(io, flags, async (client) => {
          const answer = await client.call("PATCH", `/api/v2/dags/${part(dagId)}`, { is_paused: paused });
          print(io, flags, answer, () => `${dagId} is ${paused ? "paused" : "active"}`);
        }),
      );
  }
  return dags;
}
