import { type Refusal, refusal, RefusalError, type Verdict } from "@windlass/contract";
import {
  createConnection,
  enqueueConnectionTest,
  giveUpConnectionTest,
  patchConnection,
  runConnectionTest,
} from "@windlass/core/actions";
import { findConnection, findConnectionTest } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { objectUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { flag, nullable, optional, record, text, type ValueOf, withDefault } from "../../request/field.ts";
import { testConnection, testDisabledVerdicts } from "../connection-test.ts";
import { testQueueOf } from "../test-queue.ts";
import { connectionFields } from "./connections.ts";
import { z } from "./moments.ts";

const EXECUTOR = "LocalExecutor";
const TOKEN_HEADER = "airflow-connection-test-token";

const fields = {
  ...connectionFields,
  commit_on_success: withDefault(flag(), false),
  executor: optional(nullable(text())),
  queue: optional(nullable(text())),
};

type Body = ValueOf<typeof fields>;

function executorVerdicts({ executor }: Body): readonly Verdict[] {
  if (executor == null || executor === EXECUTOR || executor.endsWith(`.${EXECUTOR}`)) return [];
  const said = `Executor '${executor}' is not configured. Configured executors: ['${EXECUTOR}']`;
  const data = { part: "body", name: "executor", problem: said, expected: EXECUTOR };
  return [
    { phase: "fields", refusal: refusal("request.field_wrong", data, { pointer: "/executor", airflow: { v2: said } }) },
  ];
}

function tokenMissing(): Refusal {
  const expected = "the token that the test was given";
  const told = [{ type: "missing", loc: ["header", TOKEN_HEADER], msg: "Field required", input: null }];
  return refusal(
    "request.field_missing",
    { part: "headers", name: TOKEN_HEADER, expected },
    { pointer: `header/${TOKEN_HEADER}`, expected, airflow: { v2: told } },
  );
}

/** Keeps a connection that has been found to work. */
async function commit(call: Pick<Call<unknown, unknown, Body>, "perform" | "server" | "body">): Promise<void> {
  const { connection_id: connectionId, conn_type: connType, description, host, login, schema, port, extra } = call.body;
  const { password } = call.body;
  const input = { connectionId, connType, description, host, login, schema, port, extra };
  // What the caller was shown as a mask is no password.
  const secret = password === "***" ? {} : { password };
  const isThere = (await findConnection(call.server.actions.database, connectionId)) !== undefined;
  if (isThere) await call.perform(patchConnection, { ...input, ...secret });
  else await call.perform(createConnection, { ...input, ...secret });
}

/** Tests of connections that are asked for now and looked at later. */
export const enqueueTestOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/connections/enqueue-test",
    operationId: "enqueue_connection_test",
    summary: "Has a connection tested soon, where that is switched on, and keeps it if it works and that is asked for",
    action: "connection.test",
    body: record(fields),
    async handle(call) {
      const { server, body: asked } = call;
      const { actions } = server;
      const isThere = (await findConnection(actions.database, asked.connection_id)) !== undefined;
      call.judgeAll(
        ["connection.test", ...(isThere && asked.commit_on_success ? (["connection.edit"] as const) : [])],
        [...testDisabledVerdicts(server), ...executorVerdicts(asked)],
      );
      const { connection_id: connectionId, conn_type: connType } = asked;
      const { result } = await call.perform(enqueueConnectionTest, { connectionId, connType });
      const { token } = result;
      const problem = (error: unknown): void => {
        server.logger.warning("a test of a connection was not finished", { error: String(error) });
      };
      const work = async (): Promise<void> => {
        await runConnectionTest(actions, token, async () => {
          const { status, message } = await testConnection(server, asked);
          if (status && asked.commit_on_success) await commit(call);
          return { state: status ? "success" : "failed", message };
        });
      };
      const failed = async (error: unknown): Promise<void> => {
        problem(error);
        await giveUpConnectionTest(actions, token, "The test was not finished.").catch(problem);
      };
      const isQueued = testQueueOf(server).add(() => work().catch(failed));
      if (!isQueued) await giveUpConnectionTest(actions, token, "Too many tests wait: ask again later.");
      return ok({ token, connection_id: connectionId, state: "pending" }, { status: 202 });
    },
  }),
  defineOperation({
    dialect: "v2",
    method: "GET",
    path: "/api/v2/connections/enqueue-test",
    operationId: "get_connection_test",
    summary: "How far a test is, by the token in the header Airflow-Connection-Test-Token",
    action: "connection.read",
    async handle({ server, headers }) {
      const token = headers[TOKEN_HEADER];
      if (token === undefined) throw new RefusalError(tokenMissing());
      const test = await findConnectionTest(server.actions.database, token);
      if (test === undefined)
        throw objectUnknown("connection test", token, {
          airflow: { v2: `No connection test found for token: \`${token}\`` },
        });
      return ok({
        token,
        connection_id: test.connectionId,
        state: test.state,
        result_message: test.message,
        created_at: z(test.createdAt),
      });
    },
  }),
];
