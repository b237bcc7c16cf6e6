import { isKey, nearest, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import { existingObject, existsVerdict, unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import {
  type ConnectionRow,
  deleteConnection as deleteRow,
  findConnection,
  insertConnection,
  listConnectionIds,
  updateConnection,
} from "../../store/connections.ts";
import type { Action, Findings } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { connectionPlace } from "./connection-secrets.ts";
import { connectionVariable } from "./environment.ts";

/** A connection as a caller writes it; secrets go in and never come out. */
export interface ConnectionInput {
  readonly connectionId: string;
  readonly connType: string;
  readonly description?: string | null | undefined;
  readonly host?: string | null | undefined;
  readonly login?: string | null | undefined;
  readonly schema?: string | null | undefined;
  readonly port?: number | null | undefined;
  readonly password?: string | null | undefined;
  /** JSON text, as on Airflow. */
  readonly extra?: string | null | undefined;
}

/** Changes of a connection; what is absent stays. */
export type ConnectionChanges = { readonly connectionId: string } & Partial<Omit<ConnectionInput, "connectionId">>;

type Stored = Omit<ConnectionRow, "id">;

/** Names the connection that was written. */
export interface ConnectionResult {
  readonly connectionId: string;
}

/** Makes a connection. */
export const createConnection: Action<ConnectionInput, ConnectionInput, ConnectionResult> = {
  name: "connection.create",
  event: "post_connection",
  subject: ({ connectionId }) => ({ dagId: null, object: connectionId }),
  async decide(context, _request, input): Promise<Findings<ConnectionInput>> {
    const verdicts: Verdict[] = [...nameVerdicts(input.connectionId), ...extraVerdicts(input.extra)];
    if (await findConnection(context.database, input.connectionId ?? ""))
      verdicts.push(existsVerdict("connection", input.connectionId));
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, input) {
    try {
      await insertConnection(tx, seal(context, input));
    } catch (error) {
      if (isUniqueViolation(error, "connection_pkey"))
        throw new RefusalError(existingObject("connection", input.connectionId));
      throw error;
    }
    return {
      result: { connectionId: input.connectionId },
      extra: { conn_type: input.connType },
      afterCommit: () => context.dags.forget(),
    };
  },
};

/** Changes a connection. */
export const patchConnection: Action<ConnectionChanges, ConnectionChanges, ConnectionResult> = {
  name: "connection.edit",
  event: "patch_connection",
  subject: ({ connectionId }) => ({ dagId: null, object: connectionId }),
  async decide(context, _request, input): Promise<Findings<ConnectionChanges>> {
    const verdicts: Verdict[] = [...extraVerdicts(input.extra), ...(await existence(context, input.connectionId))];
    return { verdicts, warnings: [], plan: input };
  },
  async execute(tx, context, _request, changes) {
    const before = await findConnection(tx, changes.connectionId);
    if (!before) throw new RefusalError(unknownObject("connection", changes.connectionId));
    const { connectionId, password, extra } = changes;
    const after: Stored = {
      connectionId,
      connType: changes.connType ?? before.connType,
      description: kept(changes.description, before.description),
      host: kept(changes.host, before.host),
      login: kept(changes.login, before.login),
      schema: kept(changes.schema, before.schema),
      port: kept(changes.port, before.port),
      password: password === undefined ? before.password : sealed(context, connectionId, "password", password),
      extra: extra === undefined ? before.extra : sealed(context, connectionId, "extra", extra),
    };
    await updateConnection(tx, after);
    const fields = Object.entries(changes).flatMap(([name, value]) =>
      value === undefined || name === "connectionId" ? [] : [name],
    );
    return { result: { connectionId: changes.connectionId }, extra: { fields } };
  },
};

/** Deletes a connection. */
export const deleteConnection: Action<ConnectionResult, ConnectionResult, ConnectionResult> = {
  name: "connection.delete",
  event: "delete_connection",
  subject: ({ connectionId }) => ({ dagId: null, object: connectionId }),
  async decide(context, _request, input) {
    return { verdicts: await existence(context, input.connectionId), warnings: [], plan: input };
  },
  async execute(tx, context, _request, { connectionId }) {
    if (!(await deleteRow(tx, connectionId))) throw new RefusalError(unknownObject("connection", connectionId));
    return { result: { connectionId }, afterCommit: () => context.dags.forget() };
  },
};

async function existence(context: ActionContext, connectionId: string): Promise<readonly Verdict[]> {
  if (await findConnection(context.database, connectionId)) return [];
  const variable = connectionVariable(connectionId);
  if (context.environment[variable] !== undefined) {
    return [
      {
        phase: "state",
        refusal: refusal("object.from_environment", { kind: "connection", name: connectionId, variable }),
      },
    ];
  }
  return [unknownVerdict("connection", connectionId, nearest(connectionId, await listConnectionIds(context.database)))];
}

function nameVerdicts(connectionId: string | undefined): readonly Verdict[] {
  if (connectionId === undefined || isKey(connectionId)) return [];
  const problem = "it may hold letters, digits and _ . - only.";
  return [
    {
      phase: "fields",
      refusal: refusal(
        "request.field_wrong",
        { name: "connection_id", part: "body", problem, expected: "another id" },
        { pointer: "/connection_id", actual: connectionId },
      ),
    },
  ];
}

function extraVerdicts(extra: string | null | undefined): readonly Verdict[] {
  if (extra == null || extra === "") return [];
  try {
    const parsed: unknown = JSON.parse(extra);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return [];
  } catch {
    // Told below, like any other text that is no object.
  }
  return [
    {
      phase: "fields",
      refusal: refusal(
        "request.field_wrong",
        {
          name: "extra",
          part: "body",
          problem: "it is text that holds no JSON object.",
          expected: 'a text such as {"sslmode": "require"}',
        },
        { pointer: "/extra" },
      ),
    },
  ];
}

function kept<T>(given: T | null | undefined, before: T | null): T | null {
  return given === undefined ? before : given;
}

function seal(context: ActionContext, input: ConnectionInput): Stored {
  const { connectionId } = input;
  return {
    connectionId,
    connType: input.connType,
    description: input.description ?? null,
    host: input.host ?? null,
    login: input.login ?? null,
    schema: input.schema ?? null,
    port: input.port ?? null,
    password: sealed(context, connectionId, "password", input.password ?? null),
    extra: sealed(context, connectionId, "extra", input.extra ?? null),
  };
}

function sealed(
  context: ActionContext,
  connectionId: string,
  column: "password" | "extra",
  plain: string | null,
): Uint8Array | null {
  return plain === null || plain === "" ? null : context.secretBox.seal(plain, connectionPlace(connectionId, column));
}
