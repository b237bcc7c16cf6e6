import type { Asset } from "./asset.ts";
import type { TaskContext } from "./context.ts";
import { Dag } from "./dag.ts";
import type { DagOptions } from "./dag-options.ts";
import type { JsonSchema } from "./json-schema-type.ts";
import type { ParamsSource, ParamValues } from "./params.ts";
import type { TaskOptions } from "./task-options.ts";

/** Options of `assetDag`: those of the Dag, and those of its one task under `task`. */
export interface AssetDagOptions<P extends ParamsSource = JsonSchema> extends DagOptions<P> {
  readonly task?: Omit<TaskOptions, "outlets">;
}

/**
 * A Dag of one task that writes an asset; both are called as the asset is, so it needs a name that can be an id. As Airflow's `@asset`.
 * @example export default assetDag(asset({ name: "sales", uri: "s3://warehouse/sales" }), async () => loadSales(), { schedule: "@daily" });
 */
export function assetDag<const P extends ParamsSource = JsonSchema>(
  produced: Asset,
  handler: (inputs: object, context: TaskContext<ParamValues<P>>) => unknown,
  { task, ...options }: AssetDagOptions<P> = {},
): Dag<P> {
  const dag = new Dag<P>(produced.name, options);
  dag.task(produced.name, handler, { ...task, outlets: [produced] })();
  return dag;
}
