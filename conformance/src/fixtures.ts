import { ensureRole, ensureUser } from "@windlass/core/actions";
import type { Permission } from "@windlass/contract";
import type { Running } from "windlass/up";

const BUILT_IN = ["Admin", "Op", "User", "Viewer", "Public"] as const;

const READS_RUNS: readonly Permission[] = [
  ["can_read", "DAG Runs"],
  ["can_read", "Task Instances"],
];

/** Roles of the recorded servers; each has an account of its name. */
const CUSTOM: Readonly<Record<string, readonly Permission[]>> = {
  only_simple: [
    ["can_read", "DAGs"],
    ["can_read", "DAG:simple"],
    ["can_edit", "DAG:simple"],
    ["can_create", "DAG Runs"],
    ...READS_RUNS,
  ],
  read_simple: [["can_read", "DAG:simple"], ...READS_RUNS],
  trigger_all: [["can_read", "DAGs"], ["can_edit", "DAGs"], ["can_create", "DAG Runs"], ...READS_RUNS],
  create_only: [["can_read", "DAGs"], ["can_create", "DAG Runs"], ...READS_RUNS],
};

/** Makes the accounts, the pool, the variable and the connection that the recordings know. */
export async function makeFixtures({ url, actions }: Running): Promise<void> {
  const { database, config } = actions;
  for (const role of BUILT_IN) {
    const userName = role.toLowerCase();
    await ensureUser(database, config, { userName, password: userName, roles: [role] });
  }
  for (const [name, permissions] of Object.entries(CUSTOM)) {
    await ensureRole(database, name, permissions);
    await ensureUser(database, config, { userName: name, password: name, roles: [name] });
  }
  for (const userName of [...BUILT_IN.map((role) => role.toLowerCase()), ...Object.keys(CUSTOM)]) {
    await send(url, "PATCH", `users/${userName}`, {
      first_name: userName,
      last_name: "fixture",
      email: `${userName}@example.com`,
    });
  }
  await post(url, "pools", { name: "small", slots: 1, description: "one slot" });
  await post(url, "variables", { key: "greeting", value: "hello" });
  await post(url, "connections", {
    connection_id: "db",
    conn_type: "postgres",
    host: "db.example",
    login: "u",
    password: "secret",
    port: 5432,
    schema: "main",
    extra: '{"sslmode":"require"}',
  });
}

function post(url: string, collection: string, body: object): Promise<void> {
  return send(url, "POST", collection, body);
}

async function send(url: string, method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Basic ${btoa("admin:admin")}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`);
}
