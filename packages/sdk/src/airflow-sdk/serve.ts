import { currentLoad } from "../authoring/recorder.ts";
import { serveFromRegistry } from "./dag.ts";
import { AirflowSdkMisuse } from "./misuse.ts";
import { DagRegistry, dagsOf } from "./registry.ts";

/** Version of the protocol between Airflow's supervisor and its TypeScript tasks that the package was made for. Nothing speaks it here. */
export const SUPERVISOR_API_VERSION = "2026-10-30";

const served = new WeakSet<object>();

/** Notes that the file which is being loaded serves its Dags. @throws AirflowSdkMisuse where it has done so, or where none is being loaded */
export function claimServe(call: string): void {
  const load = currentLoad();
  if (load === undefined) {
    throw new AirflowSdkMisuse(
      `${call} serves Dags while Windlass loads their file: put the file into the Dags folder, or run \`windlass dags test FILE\`.`,
    );
  }
  if (served.has(load)) throw new AirflowSdkMisuse(`${call} was already called; serve every Dag of a file at once`);
  served.add(load);
}

/** Makes the Dags of a registry those of the file that is being loaded. Once for each file. */
export async function serveDags(registry: DagRegistry): Promise<void> {
  if (!(registry instanceof DagRegistry)) {
    throw new AirflowSdkMisuse("serveDags(...) takes a DagRegistry; build one with new DagRegistry(...dags)");
  }
  claimServe("serveDags(...)");
  for (const dag of dagsOf(registry)) serveFromRegistry(dag);
}
