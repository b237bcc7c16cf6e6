import schema from "./schema.json" with { type: "json" };

export { fromAirflow } from "./from-airflow.ts";

/** The JSON Schema of a serialized Dag (draft 2020-12). */
export const SERIALIZED_DAG_SCHEMA = schema;
