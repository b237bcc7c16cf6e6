import type { Dialect } from "@windlass/contract";
import type { Ask } from "./provocation.ts";

/** Where a dialect's paths begin. */
export const ROOT: Readonly<Record<Dialect, string>> = {
  v1: "/api/v1",
  v2: "/api/v2",
  native: "/api/windlass/v1",
};

/** Triggering a run; v2 is sent the date that Airflow 3 requires. */
export function trigger(dialect: "v1" | "v2", dagId: string, body: object = {}): Ask {
  const whole = dialect === "v2" ? { logical_date: null, ...body } : body;
  return { method: "POST", path: `${ROOT[dialect]}/dags/${dagId}/dagRuns`, body: whole };
}

/** A list that every dialect has and that anybody with an account may read. */
export function readDags(dialect: Dialect): Ask {
  return { path: `${ROOT[dialect]}/dags` };
}

/** Making something with a name: a pool, or a role where there are no pools. */
export function create(dialect: Dialect, name: string): Ask {
  return dialect === "native"
    ? { method: "POST", path: `${ROOT.native}/roles`, body: { name, permissions: [] } }
    : { method: "POST", path: `${ROOT[dialect]}/pools`, body: { name, slots: 1 } };
}

/** Where a dialect has accounts and roles. */
export const ACCOUNTS: Readonly<Record<Dialect, string>> = {
  v1: ROOT.v1,
  v2: "/auth/fab/v1",
  native: ROOT.native,
};

/** Making an account. */
export function createUser(dialect: Dialect, name: string, password: string): Ask {
  const native = { user_name: name, password };
  const airflow = { username: name, password, email: `${name}@example.org`, first_name: "A", last_name: "B" };
  return { method: "POST", path: `${ACCOUNTS[dialect]}/users`, body: dialect === "native" ? native : airflow };
}
