import { pathToFileURL } from "node:url";
import { type LoadError, refusal, type TimetableAnswer } from "@windlass/contract";
import type { DagDefinition } from "../authoring/definition.ts";
import { recordDags } from "../authoring/recorder.ts";
import { Problems } from "../serialize/problems.ts";
import { callTimetable, timetableFunctions } from "../timetable/call-timetable.ts";
import { chooseDags } from "./choose-dags.ts";
import type { TimetableLoad } from "./load-messages.ts";
import { cleanStack, sourcePositions } from "./source-positions.ts";

/** Loads a bundle and asks the timetable of one of its Dags. Nothing it does can throw. */
export async function askTimetable({ bundlePath, file, dagId, ask }: TimetableLoad): Promise<TimetableAnswer> {
  let name = "of its own";
  try {
    const { loaded, made } = await recordDags(() => import(pathToFileURL(bundlePath).href) as Promise<object>);
    const problems = new Problems(file, sourcePositions(bundlePath));
    const chosen = chooseDags(loaded, made, file, (dag) => problems.position(dag.site));
    const functions = timetableFunctions(scheduleOf(chosen.find((each) => each.dagId === dagId)));
    if (functions === undefined) throw new TypeError("the bundle has no timetable for it");
    name = functions.name;
    return callTimetable(functions, ask);
  } catch (thrown) {
    const error = timetableError(file, dagId, name, thrown);
    return { kind: "failed", error: { ...error, trace: cleanStack(error.trace, bundlePath) } };
  }
}

function scheduleOf(dag: DagDefinition | undefined): unknown {
  return dag?.options.schedule;
}

/** What is told of a timetable that failed. */
export function timetableError(file: string, dagId: string, timetable: string, thrown: unknown): LoadError {
  const problem = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const { code, reason, fix } = refusal("dag_file.timetable_failed", { dag_id: dagId, timetable, problem });
  const trace = thrown instanceof Error ? (thrown.stack ?? problem) : problem;
  return { code, reason, fix, file, line: null, column: null, trace };
}
