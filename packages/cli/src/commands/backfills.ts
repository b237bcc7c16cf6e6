import { type Command, InvalidArgumentError, Option } from "commander";
import { isJsonObject, type JsonObject, type JsonValue } from "@windlass/contract";
import { moment, part, rows, text, warningLines } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";
import { parseConf } from "./conf-flags.ts";

interface RangeFlags extends TalkingFlags {
  readonly from: string;
  readonly to: string;
  readonly conf?: JsonObject;
  readonly backwards?: boolean;
  readonly reprocess: string;
  readonly keepVersion?: boolean;
  readonly maxActiveRuns: number;
}

const DONE = { pause: "is paused", unpause: "is not paused", cancel: "is cancelled" } as const;

/** `windlass backfill create|dry-run|list|show|pause|unpause|cancel`. */
export function registerBackfills(program: Command, io: Io): void {
  const backfill = program
    .command("backfill")
    .description("runs for a range of past dates: make, follow, pause, cancel");
  ranged(backfill.command("create <dag-id>"))
    .description("make a backfill with its runs")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass backfill create report --from 2026-01-01 --to 2026-01-31\n  windlass backfill create report --from 2026-01-01 --to 2026-01-31 --reprocess failed --max-active-runs 2",
    )
    .action(async (dagId: string, flags: RangeFlags) =>
      talk(io, flags, async (client) => {
        const made = await client.call("POST", "/api/v2/backfills", bodyOf(dagId, flags));
        for (const line of warningLines(made)) io.err(line);
        const at = `/api/windlass/v1/backfills/${text(made, "id")}`;
        const shown = await client.call("GET", at);
        print(io, flags, made, () => [`backfill ${text(made, "id")} of ${dagId} is made`, progress(shown)].join("\n"));
      }),
    );
  ranged(backfill.command("dry-run <dag-id>"))
    .description("list the dates of a backfill and what it would do with each, without making it")
    .action(async (dagId: string, flags: RangeFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("POST", "/api/windlass/v1/backfills/dry-run", bodyOf(dagId, flags));
        print(io, flags, answer, () =>
          table(
            ["logical date", "what would be done", "run that is there"],
            rows(answer, "dates").map((each) => [
              moment(each, "logical_date"),
              text(each, "outcome"),
              text(each, "run_id"),
            ]),
          ),
        );
      }),
    );
  talking(backfill.command("list <dag-id>"))
    .description("the backfills of a Dag, the newest first")
    .option("--limit <n>", "how many", "20")
    .action(async (dagId: string, flags: TalkingFlags & { limit: string }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ dag_id: dagId, limit: flags.limit, order_by: "-id" });
        const answer = await client.call("GET", `/api/v2/backfills?${query}`);
        print(io, flags, answer, () =>
          table(
            ["id", "from", "to", "reprocess", "at a time", "paused", "completed"],
            rows(answer, "backfills").map((each) => [
              text(each, "id"),
              moment(each, "from_date"),
              moment(each, "to_date"),
              text(each, "reprocess_behavior"),
              text(each, "max_active_runs"),
              text(each, "is_paused"),
              moment(each, "completed_at"),
            ]),
          ),
        );
      }),
    );
  talking(backfill.command("show <backfill-id>"))
    .description("one backfill: how far it is, and each of its dates")
    .action(async (id: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const at = `/api/windlass/v1/backfills/${part(id)}`;
        const shown = await client.call("GET", at);
        const dates = await client.call("GET", `${at}/dates?limit=1000`);
        print(io, flags, { backfill: shown, dates }, () =>
          [
            table(
              ["field", "value"],
              SHOWN.map((name) => [name, text(shown, name)]),
            ),
            progress(shown),
            "",
            table(
              ["logical date", "run", "state"],
              rows(dates, "dates").map((each) => [
                moment(each, "logical_date"),
                text(each, "run_id"),
                text(each, "state") || text(each, "exception_reason"),
              ]),
            ),
          ].join("\n"),
        );
      }),
    );
  for (const [word, says] of Object.entries(DONE)) {
    talking(backfill.command(`${word} <backfill-id>`))
      .description(DESCRIPTIONS[word as keyof typeof DONE])
      .action(async (id: string, flags: TalkingFlags) =>
        talk(io, flags, async (client) => {
          const answer = await client.call("PUT", `/api/v2/backfills/${part(id)}/${word}`);
          print(io, flags, answer, () => `backfill ${id} ${says}`);
        }),
      );
  }
}

const DESCRIPTIONS = {
  pause: "let no more of its runs start; those that run go on",
  unpause: "let its runs start again",
  cancel: "fail the runs that have not started and complete it; those that run go on",
} as const;

const SHOWN = [
  "dag_id",
  "from_date",
  "to_date",
  "reprocess_behavior",
  "run_backwards",
  "max_active_runs",
  "dag_run_conf",
  "is_paused",
  "completed_at",
  "triggering_user_name",
] as const;

function ranged(command: Command): Command {
  return talking(command)
    .requiredOption("--from <moment>", "the first logical date: an RFC 3339 moment, or a day in UTC", asMoment)
    .requiredOption("--to <moment>", "the last one, itself included", asMoment)
    .option("--conf <json>", "the conf of every run, as a JSON object", parseConf)
    .option("--backwards", "the newest date first")
    .addOption(
      new Option("--reprocess <behavior>", "what to do with runs that are there already and are over")
        .choices(["none", "failed", "completed"])
        .default("none"),
    )
    .option("--keep-version", "what is made anew stays on the version of the Dag that it was on")
    .option("--max-active-runs <n>", "how many of its runs may run at a time", wholeNumber, 10);
}

function asMoment(given: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T00:00:00Z` : given;
}

function wholeNumber(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError("it has to be a whole number");
  return Number(given);
}

function bodyOf(dagId: string, flags: RangeFlags): JsonObject {
  return {
    dag_id: dagId,
    from_date: flags.from,
    to_date: flags.to,
    run_backwards: flags.backwards ?? false,
    dag_run_conf: flags.conf ?? null,
    reprocess_behavior: flags.reprocess,
    ...(flags.keepVersion === true && { run_on_latest_version: false }),
    max_active_runs: flags.maxActiveRuns,
  };
}

/** A backfill's runs by state in one line. */
function progress(shown: JsonValue): string {
  const found = isJsonObject(shown) ? shown.progress : undefined;
  if (!isJsonObject(found)) return "";
  const counted = (part: JsonValue | undefined): string[] =>
    isJsonObject(part)
      ? Object.entries(part).flatMap(([name, count]) =>
          typeof count !== "number" || count === 0 ? [] : [`${count} ${name}`],
        )
      : [];
  const parts = [...counted(found.runs), ...counted(found.left_out)];
  return `${text(found, "total")} dates: ${parts.join(", ")}`;
}
