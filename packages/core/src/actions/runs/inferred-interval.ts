import type { SerializedDag } from "@windlass/contract";
import { fillableSchedule } from "../../domain/backfill/schedule-dates.ts";
import type { ManualInterval } from "../../domain/schedule/manual-interval.ts";
import type { DagFacts } from "../../store/dag-facts.ts";
import type { ActionContext } from "../context.ts";
import type { TriggerInput } from "./trigger-input.ts";

/**
 * The data interval that a Dag's own timetable names for a run by hand. undefined: it names none, or the caller sent one, or the run stands for no moment, or
 * the timetable cannot be asked; then the interval is empty, since a run on request must not hang on it.
 */
export async function inferredInterval(
  context: ActionContext,
  input: TriggerInput,
  facts: DagFacts,
  dag: SerializedDag,
): Promise<ManualInterval | undefined> {
  const timed = fillableSchedule(dag.schedule);
  if (timed?.kind !== "custom" || timed.data.infers_manual_interval !== true) return undefined;
  if (input.logicalDate === null || input.dataIntervalStart != null || input.dataIntervalEnd != null) return undefined;
  const at = input.logicalDate ?? input.runAfter ?? context.clock.now();
  const of = { dagId: dag.dagId, file: dag.relativeFileloc, bundleHash: facts.bundleHash ?? "" };
  const answer = await context.timetables.ask(of, { kind: "manual", at });
  if (answer?.kind !== "interval") return undefined;
  return { dataIntervalStart: answer.dataIntervalStart, dataIntervalEnd: answer.dataIntervalEnd };
}
