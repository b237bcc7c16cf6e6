import { connect } from "node:net";
import { refusal, type Verdict } from "@windlass/contract";
import type { Server } from "../server.ts";

/** A connection as a test names it. */
export interface TestedConnection {
  readonly conn_type: string;
  readonly host?: string | null | undefined;
  readonly port?: number | null | undefined;
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

/** Whether something answers where a connection points to. Credentials are not tried: only the task that uses them knows how. */
export async function testConnection({ conn_type: type, host, port }: TestedConnection): Promise<{
  readonly status: boolean;
  readonly message: string;
}> {
  const at = port ?? PORTS[type];
  if (host == null || host === "" || at === undefined)
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
      settle(true, "Connection successfully tested");
    });
    socket.once("error", (error) => {
      settle(false, error.message);
    });
  });
}
