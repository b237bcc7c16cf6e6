import type { Refusal } from "@windlass/contract";
import type { Rendered } from "../../dialect.ts";
import { told } from "../../windlass-member.ts";

/** A refusal in Windlass's own shape: the first one, the others beside it, and the request's id. */
export function renderNative(refusals: readonly [Refusal, ...Refusal[]], requestId: string): Rendered {
  const [first, ...rest] = refusals;
  return {
    status: first.status.native,
    type: "application/json",
    body: { refusal: told(first), also: rest.map(told), request_id: requestId },
  };
}
