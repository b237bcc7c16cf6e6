import { authorize, type Principal, readableDags, type Verdict } from "@windlass/contract";
import { dagStateVerdicts } from "../../domain/decide/dag-state.ts";
import { anyDagParsed, type DagFacts, importErrorsOf, listDagIds } from "../../store/dag-facts.ts";
import type { ActionContext } from "../context.ts";

/** The Dag that a request names, and what speaks against it being there and fit for runs. What the caller may not know is not looked up. */
export async function dagFindings(
  context: ActionContext,
  principal: Principal,
  dagId: string,
): Promise<{ readonly facts: DagFacts | undefined; readonly verdicts: readonly Verdict[] }> {
  const facts = await context.dags.find(dagId);
  const state = facts && { ...facts, hasVersion: facts.versionId !== null && facts.dag !== null };
  if (state && state.hasVersion && !state.isStale && !state.hasImportErrors) return { facts, verdicts: [] };
  const scope = readableDags(principal);
  const mayReadErrors = authorize(principal, "import_error.list", { dagId: null }).length === 0;
  const [errors, ids, anyParsed] = await Promise.all([
    state?.hasImportErrors === true && mayReadErrors ? importErrorsOf(context.database, state.relativeFileloc) : [],
    state === undefined ? listDagIds(context.database) : [],
    anyDagParsed(context.database),
  ]);
  const knownDagIds = scope.all ? ids : ids.filter((id) => scope.dagIds.has(id));
  return { facts, verdicts: dagStateVerdicts(dagId, state, { errors, knownDagIds, anyParsed }) };
}

/** As `dagFindings`, for what may be done with a broken or stale Dag too: pausing, deleting, changing its runs. */
export async function dagExists(
  context: ActionContext,
  principal: Principal,
  dagId: string,
): Promise<{ readonly facts: DagFacts | undefined; readonly verdicts: readonly Verdict[] }> {
  const found = await dagFindings(context, principal, dagId);
  return found.facts === undefined ? found : { facts: found.facts, verdicts: [] };
}
