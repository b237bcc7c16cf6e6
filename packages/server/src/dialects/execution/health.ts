import { ok } from "../../answer.ts";
import { healthOf } from "../health.ts";
import { defineExecution } from "./operation.ts";

/** Whether the API is there. */
export const healthOperations = [
  defineExecution({
    method: "GET",
    path: "/health",
    operationId: "health",
    summary: "The API answers",
    access: "open",
    handle: async () => ok({ status: "healthy" }),
  }),
  defineExecution({
    method: "GET",
    path: "/health/ping",
    operationId: "ping",
    summary: "What the API needs answers, too",
    access: "open",
    async handle({ server }) {
      const { metadatabase } = await healthOf(server);
      if (metadatabase === "healthy") return ok({ ok: ["metadatabase"], failing: {} });
      return { status: 500, body: { ok: [], failing: { metadatabase: "it does not answer" } } };
    },
  }),
];
