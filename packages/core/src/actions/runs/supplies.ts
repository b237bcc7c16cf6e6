import { poolsOf, type Supplies } from "../../domain/decide/requirements.ts";
import type { DagFacts } from "../../store/dag-facts.ts";
import { connectionVariable, taskEnvironment, variableVariable } from "../objects/environment.ts";
import type { ActionContext } from "../context.ts";

const NOTHING: ReadonlySet<string> = new Set();

/** What is there of the things that a Dag needs; asked of the database at most twice a second for one Dag version. */
export async function suppliesFor(context: ActionContext, facts: DagFacts): Promise<Supplies> {
  const { dag } = facts;
  if (!dag) return { connections: NOTHING, variables: NOTHING, pools: NOTHING, env: NOTHING };
  const { connections, variables, env } = dag.requires;
  const found = await context.dags.existing(String(facts.versionId), { connections, variables, pools: poolsOf(dag) });
  const { environment } = context;
  return {
    pools: found.pools,
    connections: new Set([
      ...found.connections,
      ...connections.filter((name) => environment[connectionVariable(name)] !== undefined),
    ]),
    variables: new Set([
      ...found.variables,
      ...variables.filter((name) => environment[variableVariable(name)] !== undefined),
    ]),
    env: new Set(Object.keys(taskEnvironment(context, env))),
  };
}
