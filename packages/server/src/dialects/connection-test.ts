import { connect } from "node:net";
import { type ConnectionValue, refusal, type Verdict } from "@windlass/contract";
import { withStoredSecrets } from "@windlass/core/actions";
import type { Server } from "../server.ts";

/** A connection as a test names it. */
export interface TestedConnection {
  readonly connection_id?: string | undefined;
  readonly conn_type: string;
  readonly host?: string | null | undefined;
  readonly login?: string | null | undefined;
  readonly password?: string | null | undefined;
  readonly schema?: string | null | undefined;
  readonly port?: number | null | undefined;
  readonly extra?: string | null | undefined;
}

/** What a test found out. */
export interface TestedResult {
  readonly status: boolean;
  readonly message: string;
}

const PORTS: Readonly<Record<string, number>> = {
  postgres: 5432,
  mysql: 3306,
  http: 80,
  https: 443,
  smtp: 25,
  ftp: 21,
  ssh: 22,
};
const PATIENCE_MS = 5_000;
const LONGEST_MESSAGE = 2_000;

/** That tests are switched off, as they are unless the configuration says otherwise: a caller could otherwise look around from the server's place. */
export function testDisabledVerdicts({ actions }: Server): readonly Verdict[] {
  if (actions.config.core.test_connection === "Enabled") return [];
  const said = "Testing connections is disabled in Airflow configuration. Contact your deployment admin to enable it.";
  return [
    {
      phase: "existence",
      refusal: refusal(
        "connection.test_disabled",
        {},
        { airflow: { v1: { title: "Forbidden", detail: said }, v2: said } },
      ),
    },
  ];
}

/**
 * Tests a connection: with its credentials, as an operator would use it, where there is a client for its type; else whether something answers at its host
 * and port, and the message says so.
 */
export async function testConnection(
  { actions }: Pick<Server, "actions">,
  asked: TestedConnection,
): Promise<TestedResult> {
  const connection = await withStoredSecrets(actions, valueOf(asked));
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    // Not every client heeds the signal while it connects.
    const isTried = await Promise.race([actions.tryConnection(connection, patience), aborted(patience)]);
    if (isTried) return { status: true, message: "Connection successfully tested" };
  } catch (error) {
    if (patience.aborted) return { status: false, message: `No answer within ${String(PATIENCE_MS / 1000)} s.` };
    const message = error instanceof Error ? error.message || error.name : String(error);
    return { status: false, message: message.slice(0, LONGEST_MESSAGE) };
  }
  return reach(connection);
}

function valueOf(asked: TestedConnection): ConnectionValue {
  const { connection_id: connectionId = "", conn_type: connType } = asked;
  const { host = null, login = null, password = null, schema = null, port = null, extra = null } = asked;
  return { connectionId, connType, host, login, password, schema, port, extra };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Whether something answers where a connection points to. */
async function reach({ connType: type, host, port }: ConnectionValue): Promise<TestedResult> {
  const at = port ?? PORTS[type];
  if (host === null || host === "" || at === undefined)
    return {
      status: false,
      message: `Connections of type ${type} are tested by host and port, and one of them is missing.`,
    };
  // A host may stand there as an address with a scheme.
  const name = /^\w+:\/\//.test(host) ? (URL.parse(host)?.hostname ?? host) : host;
  return new Promise((resolve) => {
    const socket = connect({ host: name, port: at });
    const settle = (status: boolean, message: string): void => {
      socket.destroy();
      resolve({ status, message });
    };
    socket.setTimeout(PATIENCE_MS, () => {
      settle(false, `${name}:${String(at)} did not answer within ${String(PATIENCE_MS / 1000)} s.`);
    });
    socket.once("connect", () => {
      settle(
        true,
        `${name}:${String(at)} answers. There is no client for connections of type ${type}: the credentials were not tried.`,
      );
    });
    socket.once("error", (error) => {
      settle(false, error.message);
    });
  });
}
