import type { LoadError } from "@windlass/contract";
import type { EngineLog } from "../create-engine.ts";
import type { ParsedFile } from "./dag-processor.ts";

/** Writes what became of a file: its Dags that changed, its errors. */
export function logParsed(log: EngineLog, { file, changedDagIds, errors }: ParsedFile): void {
  for (const error of errors) log.warning("a Dag file does not load", errorFields(file, error));
  if (changedDagIds.length > 0) log.info("Dags changed", { file, dagIds: changedDagIds });
}

function errorFields(file: string, { code, reason, line }: LoadError): Readonly<Record<string, unknown>> {
  return { file, code, reason, ...(line !== null && { line }) };
}
