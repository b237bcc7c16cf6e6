import { Dag, DagRegistry, serveDags, type TaskHandlerArgs } from "apache-airflow-ts-sdk";

// Tasks without inputs, as the package's own guide has them: their order stands in a Python Dag there.

export async function extract({ client }: TaskHandlerArgs) {
  const connection = await client.getConnection("sales_db");
  const rowCount = Number((await client.getVariable("daily_row_count")) ?? "0");
  return { connectionId: connection?.id ?? null, rowCount };
}

export async function transform({ client }: TaskHandlerArgs) {
  const extracted = await client.getXCom<{ rowCount: number }>({ key: "return_value", taskId: "extract" });
  return { transformedRows: extracted?.rowCount ?? 0 };
}

const salesPipeline = new Dag("sales_pipeline");
salesPipeline.task("extract", extract);
salesPipeline.task("transform", transform);

await serveDags(new DagRegistry(salesPipeline));
