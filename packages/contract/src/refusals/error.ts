import type { Refusal } from "./refusal.ts";

/** Carries refusals through code that cannot return them. It crosses process boundaries whole: `refusals` is plain JSON. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly refusals: readonly [Refusal, ...Refusal[]];

  constructor(...refusals: [Refusal, ...Refusal[]]) {
    super(refusals.map((each) => `${each.code}: ${each.reason} ${each.fix}`).join("\n"));
    this.refusals = refusals;
  }
}
