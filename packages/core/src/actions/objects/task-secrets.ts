import type { ConnectionValue } from "@windlass/contract";
import { findConnection } from "../../store/connections.ts";
import { findVariable } from "../../store/variables.ts";
import type { ActionContext } from "../context.ts";
import { readConnection } from "./connection-uri.ts";
import { connectionVariable, variableVariable } from "./environment.ts";

/** What the supervisor of a runner hands out when user code asks; null where there is none of that name. */
export interface TaskSecrets {
  /** @throws DatabaseError */
  getConnection(connectionId: string): Promise<ConnectionValue | null>;
  /** @throws DatabaseError */
  getVariable(key: string): Promise<string | null>;
}

/** Connections and variables in the clear, for tasks alone. The environment comes before the database, as on Airflow. */
export function taskSecrets(context: Pick<ActionContext, "database" | "environment" | "secretBox">): TaskSecrets {
  const { database, environment, secretBox } = context;
  return {
    async getConnection(connectionId) {
      const given = environment[connectionVariable(connectionId)];
      if (given !== undefined) return readConnection(connectionId, given) ?? null;
      const row = await findConnection(database, connectionId);
      if (!row) return null;
      const open = (column: "password" | "extra"): string | null => {
        const sealed = row[column];
        return sealed === null ? null : secretBox.open(sealed, { table: "connection", column, row: connectionId });
      };
      const { connType, host, login, schema, port } = row;
      return { connectionId, connType, host, login, schema, port, password: open("password"), extra: open("extra") };
    },
    async getVariable(key) {
      const given = environment[variableVariable(key)];
      if (given !== undefined) return given;
      const row = await findVariable(database, key);
      return row ? secretBox.open(row.value, { table: "variable", column: "value", row: key }) : null;
    },
  };
}
