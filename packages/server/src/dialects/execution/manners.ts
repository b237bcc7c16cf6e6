import { isJsonObject, type Refusal } from "@windlass/contract";
import type { DialectManners, Rendered } from "../../dialect.ts";
import { windlassMember } from "../../windlass-member.ts";
import { v2Manners } from "../v2/manners.ts";
import { renderV2 } from "../v2/refusal.ts";

/** Where Airflow mounts its execution API. */
const EXECUTION_PREFIX = "/execution";

/** The execution API's manners are Airflow 3's; only its router says "Not Found" in its own way. */
export const executionManners: DialectManners = {
  ...v2Manners,
  prefixes: [EXECUTION_PREFIX],
  renderRefusals: renderExecution,
};

function renderExecution(refusals: readonly [Refusal, ...Refusal[]], requestId: string): Rendered {
  const [first] = refusals;
  if (first.code !== "route.unknown") return renderV2(refusals, requestId);
  const windlass = windlassMember(refusals, requestId);
  return {
    status: 404,
    type: "application/json",
    body: { detail: "Not Found", ...(isJsonObject(windlass) && { windlass }) },
  };
}
