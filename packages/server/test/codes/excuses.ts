import { type Dialect, REFUSAL_CODES } from "@windlass/contract";
import { DIALECTS } from "./provocation.ts";

/** Why codes are not provoked. */
export interface Excuse {
  readonly codes: readonly string[];
  /** On which dialects. @defaultValue every one */
  readonly dialects?: readonly Dialect[];
  readonly why: string;
}

function family(...prefixes: readonly string[]): readonly string[] {
  return REFUSAL_CODES.filter((code) => prefixes.some((prefix) => code.startsWith(`${prefix}.`)));
}

/** Codes that no request to the APIs can draw out, or not on every dialect. */
export const EXCUSES: readonly Excuse[] = [
  {
    codes: family("database", "config").filter((code) => code !== "config.hidden"),
    why: "told when a process starts, before anything listens",
  },
  { codes: family("up", "cli"), why: "told by the command line, by its exit code and on stderr" },
  {
    codes: family("dag_file"),
    why: "told of Dag files as import errors; a request about such a Dag is answered dag.broken",
  },
  {
    codes: family("execution"),
    why: "told to the process of an attempt, which asks through its pipe, or by the execution API and not through these",
  },
  {
    codes: ["request.not_decidable"],
    why: "a guard: every action that has no plan says why, so that nothing is left to be said",
  },
  {
    codes: [
      "dag.not_parsed_yet",
      "dag.broken",
      "dag.stale",
      "dag.paused_strict",
      "dag.no_manual_runs",
      "params.missing",
      "params.invalid",
      ...family("run").filter((code) => code !== "run.unknown"),
      ...family("requirement"),
      "task_instance.state_same",
      "limit.conf_bytes",
      "limit.note_length",
    ],
    dialects: ["native"],
    why: "the native API triggers and changes no runs: its pages use v2 for that, and its check tells refusals in a 200",
  },
  { codes: family("human_step"), dialects: ["v1"], why: "Airflow 2 has no questions to people" },
  { codes: family("test"), why: "told by dag.test(), in the process of the test" },
  {
    codes: ["dag.no_operator_runs"],
    why: "told to the process of an attempt that makes a run; trigger-by-task.test.ts has it",
  },
  {
    codes: ["asset.several_producers"],
    dialects: ["v1", "native"],
    why: "only Airflow 3 materializes an asset without naming a Dag",
  },
  { codes: family("backfill"), dialects: ["v1"], why: "Airflow 2's API has no backfills" },
  {
    codes: ["backfill.already_running", "backfill.completed", "backfill.no_runs"],
    dialects: ["native"],
    why: "the native API makes and changes no backfills: it tells what one would do, and how far it is",
  },
  {
    codes: ["object.from_environment", "pool.default", "pool.in_use", "connection.test_disabled"],
    dialects: ["native"],
    why: "the native API has no connections, variables and pools: its pages use v2 for them",
  },
  {
    codes: ["request.cursor", "request.accept"],
    dialects: ["native"],
    why: "native lists go by limit and offset, and every native answer has one form",
  },
  { codes: ["request.alias_conflict"], dialects: ["native"], why: "the native API has no old names" },
  { codes: ["config.hidden"], dialects: ["native"], why: "about Airflow's operations" },
  { codes: ["api.not_built"], why: "every operation of Airflow's documents is here" },
  { codes: ["run.running_cannot_delete"], dialects: ["v1"], why: "Airflow 2 deletes running runs, and so does v1" },
  {
    codes: ["task_instance.running"],
    dialects: ["v1", "native"],
    why: "only Airflow 3 has a clear that leaves running ones alone",
  },
  {
    codes: ["limit.runs_at_once"],
    why: "takes more than a thousand runs; by-hand.test.ts has them",
  },
  { codes: ["task_instance.state_same"], dialects: ["v1"], why: "Airflow 2 takes the same state again" },
  {
    codes: ["request.read_only_field"],
    dialects: ["v2", "native"],
    why: "only Airflow 2's document has read-only fields; elsewhere they are unknown ones",
  },
  {
    codes: ["request.unsafe_next", "credentials.incomplete"],
    dialects: ["v1", "native"],
    why: "only Airflow 3 has these doors for logging in",
  },
  { codes: ["dag.favorite_same"], dialects: ["v1", "native"], why: "only Airflow 3 has favourite Dags" },
  { codes: ["strict.basic_in_v2"], dialects: ["v1", "native"], why: "about v2 alone" },
  {
    codes: ["limit.api_keys", "account.password_wrong"],
    dialects: ["v1", "v2"],
    why: "Airflow has no API keys, and no operation to change one's own password",
  },
];

/** Why a code is not provoked on a dialect; undefined where there is no excuse. */
export function excuseFor(code: string, dialect: Dialect): string | undefined {
  return EXCUSES.find((each) => each.codes.includes(code) && (each.dialects ?? DIALECTS).includes(dialect))?.why;
}
