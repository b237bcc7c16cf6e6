import { type JsonValue, refusal, type Refusal, type Verdict } from "@windlass/contract";

/** Kinds of objects that have a name, as people call them. */
export type ObjectKind = "connection" | "variable" | "pool" | "user" | "role" | "API key" | "refused request";

interface AirflowWords {
  /** Airflow 2's title and detail for an unknown one. */
  readonly unknown: (name: string) => {
    readonly v1: { readonly title: string; readonly detail: string };
    readonly v2: string;
  };
  readonly exists: (name: string) => {
    readonly v1: { readonly title: string; readonly detail: string };
    readonly v2: JsonValue;
  };
}

/** What Airflow 3 says of a name that its database holds already. */
const UNIQUE_VIOLATION: JsonValue = {
  reason: "Unique constraint violation",
  statement: "hidden",
  orig_error: "hidden",
  message: "The name is taken; the refusal beside this says which.",
};

const WORDS: Readonly<Record<ObjectKind, AirflowWords>> = {
  connection: {
    unknown: (name) => both("Connection not found", `The Connection with connection_id: \`${name}\` was not found`),
    exists: (name) => ({
      v1: { title: "Conflict", detail: `Connection already exist. ID: ${name}` },
      v2: UNIQUE_VIOLATION,
    }),
  },
  variable: {
    unknown: (name) => ({
      v1: { title: "Variable not found", detail: "Variable does not exist" },
      v2: `The Variable with key: \`${name}\` was not found`,
    }),
    exists: (name) => both("Conflict", `The Variable with key: \`${name}\` already exists`),
  },
  pool: {
    unknown: (name) => ({
      v1: { title: "Not Found", detail: `Pool with name:'${name}' not found` },
      v2: `The Pool with name: \`${name}\` was not found`,
    }),
    exists: (name) => ({ v1: { title: "Conflict", detail: `Pool: ${name} already exists` }, v2: UNIQUE_VIOLATION }),
  },
  user: {
    unknown: (name) => both("User not found", `The User with username \`${name}\` was not found`),
    exists: (name) => both("Conflict", `Username \`${name}\` already exists. Use PATCH to update.`),
  },
  role: {
    unknown: (name) => ({
      v1: { title: "Role not found", detail: `Role with name '${name}' was not found` },
      v2: `Role with name '${name}' does not exist.`,
    }),
    exists: (name) =>
      both("Conflict", `Role with name '${name}' already exists; please update with the PATCH endpoint`),
  },
  "API key": {
    unknown: (name) => both("Not Found", `There is no API key ${name}`),
    exists: (name) => both("Conflict", `There is an API key ${name}`),
  },
  "refused request": {
    unknown: (name) => both("Not Found", `There is no refused request ${name}`),
    exists: (name) => both("Conflict", name),
  },
};

function both(title: string, detail: string) {
  return { v1: { title, detail }, v2: detail };
}

/** The refusal of a name that nothing has. */
export function unknownObject(kind: ObjectKind, name: string, near?: string): Refusal {
  return refusal(
    "object.unknown",
    { kind, name, near: near === undefined ? "" : ` Did you mean ${near}?` },
    { airflow: WORDS[kind].unknown(name) },
  );
}

/** The refusal of a name that is taken. */
export function existingObject(kind: ObjectKind, name: string): Refusal {
  return refusal("object.exists", { kind, name }, { airflow: WORDS[kind].exists(name) });
}

/** `unknownObject` as a verdict. */
export function unknownVerdict(kind: ObjectKind, name: string, near?: string): Verdict {
  return { phase: "existence", refusal: unknownObject(kind, name, near) };
}

/** `existingObject` as a verdict. */
export function existsVerdict(kind: ObjectKind, name: string): Verdict {
  return { phase: "conflict", refusal: existingObject(kind, name) };
}
