import type { SerializedTask } from "@windlass/contract";
import { findXCom, type TaskInstanceRow } from "@windlass/core/queries";
import type { Server } from "../server.ts";

/** A link that an operator adds, as Airflow 2 names its class. */
export interface ExtraLinkClass {
  readonly class_name: string;
  readonly module_path: string;
}

const CLASSES: Readonly<Record<string, readonly ExtraLinkClass[]>> = {
  trigger_dag_run: [{ class_name: "TriggerDagRunLink", module_path: "airflow.operators.trigger_dagrun" }],
  external_task_sensor: [{ class_name: "ExternalDagLink", module_path: "airflow.sensors.external_task" }],
};

/** The links that a task's operator adds. */
export function extraLinkClasses({ operator }: SerializedTask): readonly ExtraLinkClass[] {
  return CLASSES[operator] ?? [];
}

/** The links of a task instance by their names: to the run that it made, to the Dag that it waits for. Paths of the web UI. */
export async function extraLinksOf(
  { actions }: Server,
  instance: Pick<TaskInstanceRow, "dagId" | "runId" | "taskId" | "mapIndex" | "operator" | "renderedFields">,
): Promise<Readonly<Record<string, string | null>>> {
  const { dagId, runId, taskId, mapIndex, operator, renderedFields } = instance;
  if (operator === "trigger_dag_run") {
    const link = await findXCom(actions.database, dagId, runId, taskId, mapIndex, "_link_TriggerDagRunLink");
    return { "Triggered DAG": typeof link?.value === "string" ? link.value : null };
  }
  const external = renderedFields["external_dag_id"];
  if (operator !== "external_task_sensor" || typeof external !== "string") return {};
  return { "External DAG": `/dags/${encodeURIComponent(external)}` };
}
