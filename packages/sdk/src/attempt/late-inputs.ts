import { type JsonObject, type LateInputs, putTogether } from "@windlass/contract";
import type { TaskClient } from "../authoring/client.ts";
import type { LazySequence } from "../authoring/lazy-sequence.ts";
import type { XcomVault } from "./xcom-vault.ts";

/** Puts together the inputs that were left to where the attempt runs. A lazy one travels as what it is, although it is no JSON. */
export async function lateInputsOf(late: LateInputs, vault: XcomVault, client: TaskClient): Promise<JsonObject> {
  const kept = [];
  // One after the other: each may be large.
  for (const each of late.kept) kept.push(await vault.read(each));
  const inputs: Readonly<Record<string, unknown>> = putTogether<LazySequence>(late, kept, ({ taskId, key }) =>
    client.getXcoms({ taskId, key }),
  );
  return inputs as JsonObject;
}
