import type { Command } from "commander";
import { isJsonObject, type JsonValue } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";
import { printLog } from "./logs.ts";

/** One deadline in a line. */
export function deadlineLine(deadline: JsonValue): string {
  const name = text(deadline, "alert_name");
  const named = name ? `deadline "${name}"` : "deadline";
  if (text(deadline, "problem") !== "") return `- has no ${named}: ${text(deadline, "problem")}`;
  if (text(deadline, "deadline_time") === "")
    return `- has a ${named} that the variable ${text(deadline, "variable")} is yet to tell`;
  const missed = isJsonObject(deadline) && deadline.missed === true;
  return `- ${missed ? "missed the" : "has a"} ${named} at ${moment(deadline, "deadline_time")}`;
}

/** `windlass runs callbacks|alerts`. */
export function registerRunNotices(runs: Command, io: Io): void {
  talking(runs.command("callbacks <dag-id> <run-id>"))
    .description("the callbacks of a run, and what became of their calls")
    .option("--log <id>", "the log of one of them instead")
    .action(async (dagId: string, runId: string, flags: TalkingFlags & { log?: string }) =>
      talk(io, flags, async (client) => {
        const at = `/api/windlass/v1/dags/${part(dagId)}/runs/${part(runId)}/callbacks`;
        if (flags.log !== undefined) {
          await printLog(io, await client.stream(`${at}/${part(flags.log)}/log`), flags.json === true);
          return;
        }
        const answer = await client.call("GET", `${at}?limit=1000`);
        print(io, flags, answer, () =>
          table(
            ["id", "of", "kind", "task", "try", "state", "calls", "error"],
            rows(answer, "callbacks").map((each) => [
              ...["callback_id", "of", "kind", "task_id", "try_number", "state", "deliveries"].map((name) =>
                text(each, name),
              ),
              isJsonObject(each) && isJsonObject(each.error) ? text(each.error, "message") : "",
            ]),
          ),
        );
      }),
    );
  talking(runs.command("alerts <dag-id> <run-id>"))
    .description("the alerts of a run, and whether they were taken")
    .action(async (dagId: string, runId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call(
          "GET",
          `/api/windlass/v1/dags/${part(dagId)}/runs/${part(runId)}/alerts?limit=1000`,
        );
        print(io, flags, answer, () =>
          table(
            ["id", "event", "to", "state", "deliveries", "problem"],
            rows(answer, "alerts").map((each) => {
              const target = isJsonObject(each) && isJsonObject(each.target) ? each.target : {};
              const to = `${text(target, "kind")} ${text(target, "connection") || text(target, "host")}`;
              return [
                text(each, "alert_id"),
                text(each, "event"),
                to,
                text(each, "state"),
                text(each, "deliveries"),
                text(each, "problem"),
              ];
            }),
          ),
        );
      }),
    );
}
