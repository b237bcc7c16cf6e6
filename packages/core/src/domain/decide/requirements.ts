import { refusal, type SerializedDag, type Verdict } from "@windlass/contract";

/** What is there of the things that Dags may need. */
export interface Supplies {
  readonly connections: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  readonly pools: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
}

/** The pools that a Dag's tasks run in, and those it declares. */
export function poolsOf(dag: SerializedDag): readonly string[] {
  return [...new Set([...dag.requires.pools, ...dag.tasks.map((task) => task.pool)])];
}

/** One verdict for each thing that the Dag declares to need and that is not there. */
export function requirementVerdicts(dag: SerializedDag, supplies: Supplies): readonly Verdict[] {
  const { connections, variables, env } = dag.requires;
  const lacking = (names: readonly string[], there: ReadonlySet<string>): readonly string[] =>
    names.filter((name) => !there.has(name));
  const data = (name: string): Record<string, unknown> => ({ dag_id: dag.dagId, name });
  return [
    ...lacking(connections, supplies.connections).map((name) =>
      refusal("requirement.connection", data(name), {
        missing: [name],
        suggestedRequest: {
          method: "POST",
          path: "/api/v2/connections",
          body: { connection_id: name, conn_type: "generic", host: "host.example" },
        },
      }),
    ),
    ...lacking(variables, supplies.variables).map((name) =>
      refusal("requirement.variable", data(name), {
        missing: [name],
        suggestedRequest: { method: "POST", path: "/api/v2/variables", body: { key: name, value: "" } },
      }),
    ),
    ...lacking(poolsOf(dag), supplies.pools).map((name) =>
      refusal("requirement.pool", data(name), {
        missing: [name],
        suggestedRequest: { method: "POST", path: "/api/v2/pools", body: { name, slots: 1 } },
      }),
    ),
    ...lacking(env, supplies.env).map((name) => refusal("requirement.env", data(name), { missing: [name] })),
  ].map((each) => ({ phase: "requirements", refusal: each }));
}
