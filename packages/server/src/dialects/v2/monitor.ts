import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";
import { healthOf } from "../health.ts";
import { zOrNull } from "./moments.ts";

/** `GET /monitor/health` and `GET /version`: for anybody. */
export const monitorOperations = [
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/monitor/health",
    operationId: "get_health",
    summary: "Which parts are alive",
    action: "system.health",
    async handle({ server }) {
      const health = await healthOf(server);
      return ok({
        metadatabase: { status: health.metadatabase },
        scheduler: {
          status: health.scheduler.status,
          latest_scheduler_heartbeat: zOrNull(health.scheduler.lastSeenAt),
        },
        triggerer: {
          status: health.triggerer.status,
          latest_triggerer_heartbeat: zOrNull(health.triggerer.lastSeenAt),
        },
        dag_processor: {
          status: health.dagProcessor.status,
          latest_dag_processor_heartbeat: zOrNull(health.dagProcessor.lastSeenAt),
        },
      });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/version",
    operationId: "get_version",
    summary: "The version of Airflow whose API this is",
    action: "system.version",
    async handle({ server }) {
      return ok({ version: "3.3.2", git_version: `windlass ${server.version}`, windlass: { version: server.version } });
    },
  }),
];
