import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { healthOf, type PartHealth } from "../health.ts";
import { isoOrNull } from "./moments.ts";

/** `GET /health` and `GET /version`: for anybody. */
export const aboutOperations = [
  healthOperation("/api/v1/health", "get_health"),
  healthOperation("/health", "get_root_health"),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/version",
    operationId: "get_version",
    summary: "The version of Airflow whose API this is",
    action: "system.version",
    async handle({ server }) {
      return ok({
        version: "2.11.2",
        git_version: `windlass ${server.version}`,
        windlass: { version: server.version },
      });
    },
  }),
];

function healthOperation(path: string, operationId: string) {
  return defineOperation({
    dialect: "v1",
    method: "GET",
    path,
    operationId,
    summary: "Which parts are alive",
    action: "system.health",
    async handle({ server }) {
      const health = await healthOf(server);
      // Airflow 2 knows a Dag processor only where it runs on its own; here it is a part of its own nowhere but in `windlass`.
      return ok({
        metadatabase: { status: health.metadatabase },
        scheduler: {
          status: health.scheduler.status,
          latest_scheduler_heartbeat: isoOrNull(health.scheduler.lastSeenAt),
        },
        triggerer: {
          status: health.triggerer.status,
          latest_triggerer_heartbeat: isoOrNull(health.triggerer.lastSeenAt),
        },
        dag_processor: { status: null, latest_dag_processor_heartbeat: null },
        windlass: { dag_processor: partView(health.dagProcessor) },
      });
    },
  });
}

function partView(part: PartHealth): Record<string, unknown> {
  return { status: part.status, latest_heartbeat: isoOrNull(part.lastSeenAt) };
}
