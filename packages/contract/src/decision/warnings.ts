import { fill } from "../refusals/entry.ts";
import type { DecisionWarning, SuggestedRequest } from "./decision.ts";

/** One entry of the closed list of warnings. `keepsWaiting`: the run cannot start now, and `Prefer: handling=strict` makes a refusal of it. */
export interface WarningEntry {
  readonly summary: string;
  readonly fix: string;
  readonly keepsWaiting: boolean;
}

/** What an allowed request may be told besides; templates name data in braces. */
export const WARNINGS = {
  dag_paused: {
    summary: "The Dag {dag_id} is paused: the run waits until the Dag is unpaused.",
    fix: "Unpause the Dag; the offered request does it.",
    keepsWaiting: true,
  },
  run_queued_limit: {
    summary: "{active} runs of the Dag {dag_id} are running and {limit} may: the run waits for one of them.",
    fix: "Wait, or raise the Dag's max_active_runs.",
    keepsWaiting: true,
  },
  run_after_future: {
    summary: "The run starts at {run_after}, not now.",
    fix: "Leave run_after out to start it at once.",
    keepsWaiting: true,
  },
  no_scheduler: {
    summary: "No scheduler has given a sign of life for {seconds} s: the run waits for one.",
    fix: "Start `windlass up`; `GET /api/v2/monitor/health` tells what is alive.",
    keepsWaiting: true,
  },
  queue_unserved: {
    summary: "No worker serves the queue {queue} of the Dag {dag_id}: its tasks there wait for one.",
    fix: "Start a worker with `windlass worker --server <address> --queues {queue}`, or add the queue to [local_executor] queues.",
    keepsWaiting: true,
  },
  alias_used: {
    summary: "{used} is an old name; it was taken as {proper}.",
    fix: "Send {proper}. With `[api] airflow_strict` {used} is refused, as Airflow does.",
    keepsWaiting: false,
  },
  name_deprecated: {
    summary: "{used} is the old name of {proper}; it was taken as such.",
    fix: "Send {proper}.",
    keepsWaiting: false,
  },
  logical_date_missing: {
    summary: "logical_date was left out; the present moment was taken, as the trigger form does.",
    fix: 'Send `"logical_date": null` for a run without one, or a moment. Airflow 3 requires the field.',
    keepsWaiting: false,
  },
  basic_in_v2: {
    summary: "Airflow 3 takes no Basic credentials on this API; Windlass did.",
    fix: "Send an API key or a token of `POST /auth/token` as `Authorization: Bearer …`.",
    keepsWaiting: false,
  },
  scheme_deprecated: {
    summary: "The credential scheme {scheme} will be switched off here.",
    fix: "Make an API key under your account and send it as `Authorization: Bearer windlass_p_…`.",
    keepsWaiting: false,
  },
  idempotency_not_kept: {
    summary:
      "The Idempotency-Key was not used: the request or its answer carries secrets, which are stored nowhere in plain.",
    fix: "Look whether the object is there before repeating the request; a taken name is refused.",
    keepsWaiting: false,
  },
  interval_dropped: {
    summary: "A data interval without a logical date has no meaning; it was dropped.",
    fix: "Send logical_date too, or leave the interval out.",
    keepsWaiting: false,
  },
  param_unknown: {
    summary: "conf has {name}, which is no param of the Dag; did you mean {near}?",
    fix: "Rename it if it was meant; unknown names are passed on to the run as they are.",
    keepsWaiting: false,
  },
  date_before_start: {
    summary: "The logical date {logical_date} is before the Dag's start date {start_date}.",
    fix: "Send a later date if that is not meant. Airflow makes a run that ends at once without having done anything; here its tasks run.",
    keepsWaiting: false,
  },
  run_stays_over: {
    summary: "The run {run_id} is over ({state}) and stays so: what was cleared in it does not run.",
    fix: "Send reset_dag_runs true, or set the run's state to queued.",
    keepsWaiting: false,
  },
  date_after_end: {
    summary: "The logical date {logical_date} is after the Dag's end date {end_date}.",
    fix: "Nothing, if that is meant: the run is made and runs.",
    keepsWaiting: false,
  },
} as const satisfies Readonly<Record<string, WarningEntry>>;

/** A code of the closed list. */
export type WarningCode = keyof typeof WARNINGS;

/** Every code. */
export const WARNING_CODES = Object.keys(WARNINGS) as readonly WarningCode[];

/** Makes one warning. @param offer a request that would mend it */
export function warning(
  code: WarningCode,
  data: Readonly<Record<string, unknown>> = {},
  offer?: SuggestedRequest,
): DecisionWarning {
  const entry = WARNINGS[code];
  const made = { code, summary: fill(entry.summary, data), fix: fill(entry.fix, data) };
  return offer === undefined ? made : { ...made, offer };
}
