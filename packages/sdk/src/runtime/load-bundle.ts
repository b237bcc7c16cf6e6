import { pathToFileURL } from "node:url";
import { type LoadError, refusal, type SerializedDag } from "@windlass/contract";
import { firstPosition } from "../authoring/call-site.ts";
import { recordDags } from "../authoring/recorder.ts";
import { serializeDag } from "../serialize/dag.ts";
import { Problems } from "../serialize/problems.ts";
import { chooseDags } from "./choose-dags.ts";
import type { LoadRequest } from "./load-messages.ts";
import { cleanStack, sourcePositions } from "./source-positions.ts";

function thrownError(thrown: unknown, request: LoadRequest): LoadError {
  const stack = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
  const trace = cleanStack(stack, request.bundlePath);
  const position = firstPosition(trace);
  const { file, line, column } =
    position === undefined
      ? { file: request.file, line: null, column: null }
      : sourcePositions(request.bundlePath)(position);
  const error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const { reason, fix } = refusal("dag_file.throws", { file, line: line ?? "?", error });
  return {
    code: "dag_file.throws",
    reason: reason.replace(":?", ""),
    fix,
    file,
    line,
    column,
    trace,
  };
}

/** Loads a bundle and makes its Dags data. Nothing it does can throw: whatever the file does wrong is an error in the answer. */
export async function loadBundle(request: LoadRequest): Promise<{ dags: SerializedDag[]; errors: LoadError[] }> {
  const locate = sourcePositions(request.bundlePath);
  let result;
  try {
    result = await recordDags(() => import(pathToFileURL(request.bundlePath).href) as Promise<object>);
  } catch (thrown) {
    return { dags: [], errors: [thrownError(thrown, request)] };
  }
  const problems = new Problems(request.file, locate);
  const chosen = chooseDags(result.loaded, result.made, request.file, (dag) => problems.position(dag.site));
  // Whoever imports from this file may serve its Dags; from a file that exports nothing nobody can.
  if (chosen.length === 0 && Object.keys(result.loaded).length === 0) {
    for (const dag of result.made) problems.add("dag_file.not_served", { dag_id: dag.dagId }, dag.site);
  }
  const dags = new Map<string, SerializedDag>();
  const errors: LoadError[] = [];
  for (const definition of chosen) {
    const { dag, errors: own } = serializeDag(definition, request.file, locate);
    errors.push(...own);
    if (dag === null) continue;
    if (dags.has(dag.dagId)) {
      const first = chosen.find((each) => each.dagId === dag.dagId);
      const data = { dag_id: dag.dagId, first_line: problems.position(first?.site ?? {})?.line ?? "?" };
      problems.add("dag_file.duplicate_dag", data, definition.site);
    } else dags.set(dag.dagId, dag);
  }
  return { dags: [...dags.values()], errors: [...errors, ...problems.errors] };
}
