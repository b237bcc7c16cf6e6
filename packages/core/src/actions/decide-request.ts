import { type Decision, type DecisionWarning, mayKnow, orderVerdicts, refusal, type Verdict } from "@windlass/contract";
import { storableTextVerdicts } from "../domain/decide/storable-text.ts";
import { strictVerdicts } from "../domain/decide/strict-handling.ts";
import type { Action, DecideMode, Findings } from "./action.ts";
import { aliasFindings } from "./alias-findings.ts";
import type { ActionContext } from "./context.ts";
import { permissionVerdicts } from "./permission-verdicts.ts";
import type { ActionRequest } from "./request.ts";

const NOTHING_FOUND: Findings<never> = { verdicts: [], warnings: [], plan: null };

/**
 * The one decision on a request, asked (`check`) or meant (`execute`): rights from the action table, what the dialect's schema found, and the
 * action's own verdicts, all collected and put in the dialect's order.
 * @param others verdicts found elsewhere, such as on the idempotency key
 */
export async function decideRequest<Input, Plan, Result>(
  context: ActionContext,
  request: ActionRequest,
  action: Action<Input, Plan, Result>,
  input: Input,
  mode: DecideMode,
  others: readonly Verdict[] = [],
): Promise<Decision<Plan>> {
  const subject = action.subject(input);
  const aliases = aliasFindings(request);
  const before = [
    ...permissionVerdicts(request, action.name, subject),
    ...(request.verdicts ?? []),
    ...aliases.verdicts,
    ...storableTextVerdicts(request.body).filter((each) => !isToldOf(request, each)),
    ...others,
  ];
  // Nobody: nothing more is looked at, so that a stranger costs no database work and learns nothing.
  const stranger = before.some(({ phase }) => phase === "identity");
  const found: Findings<Plan> = stranger
    ? NOTHING_FOUND
    : await action.decide(context, request, input, before.length > 0 ? "check" : mode);
  const warnings: readonly DecisionWarning[] = [...aliases.warnings, ...found.warnings];
  const strict = request.preferStrict === true ? strictVerdicts(warnings, subject.dagId) : [];
  const mayRead = mayKnow(request.principal, action.name, subject);
  const [first, ...rest] = orderVerdicts([...before, ...found.verdicts, ...strict], request.dialect, mayRead);
  if (first) return { allowed: false, refusals: [first, ...rest] };
  if (found.plan === null)
    return { allowed: false, refusals: [refusal("request.not_decidable", { action: action.name })] };
  return { allowed: true, plan: found.plan, warnings };
}

/** Whether the dialect's schema has found something wrong with the same field already. */
function isToldOf(request: ActionRequest, verdict: Verdict): boolean {
  return request.verdicts?.some(({ refusal: each }) => each.pointer === verdict.refusal.pointer) === true;
}
