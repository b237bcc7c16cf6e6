import { listWorkers } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import { defineOperation } from "../../operation.ts";

/** Workers on other machines. */
export const workerListOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/workers",
    operationId: "list_workers",
    summary: "Workers that were heard of within a day, with what they serve",
    action: "worker.list",
    async handle({ server }) {
      const workers = await listWorkers(server.actions.database);
      return ok({
        workers: workers.map((worker) => ({
          worker_id: worker.workerId,
          hostname: worker.hostname,
          pid: worker.pid,
          version: worker.version,
          queues: worker.queues,
          parallelism: worker.parallelism,
          free: worker.free,
          state: worker.isAlive ? "alive" : "silent",
          started_at: worker.startedAt,
          last_seen_at: worker.lastSeenAt,
        })),
        total_entries: workers.length,
      });
    },
  }),
];
