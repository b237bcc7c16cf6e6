import { backfill } from "./backfill.ts";
import { credentials } from "./credentials.ts";
import { dagFile } from "./dag-file.ts";
import { dag } from "./dag.ts";
import { type CatalogueEntry, fill, type RefusalDetails } from "./entry.ts";
import { RefusalError } from "./error.ts";
import { execution } from "./execution.ts";
import { humanStep } from "./human-step.ts";
import { installation } from "./installation.ts";
import { limit } from "./limit.ts";
import { manner } from "./manner.ts";
import { object } from "./object.ts";
import { permission } from "./permission.ts";
import { request } from "./request.ts";
import { requirement } from "./requirement.ts";
import { run } from "./run.ts";
import { testing } from "./testing.ts";
import type { Refusal } from "./refusal.ts";

/** The closed catalogue: every "no" that Windlass can say, one file a family. */
export const CATALOGUE = {
  ...credentials,
  ...permission,
  ...request,
  ...manner,
  ...dag,
  ...run,
  ...backfill,
  ...requirement,
  ...limit,
  ...object,
  ...dagFile,
  ...execution,
  ...humanStep,
  ...testing,
  ...installation,
} as const;

/** A code of the catalogue. */
export type RefusalCode = keyof typeof CATALOGUE;

/** Every code, in the catalogue's order. */
export const REFUSAL_CODES = Object.keys(CATALOGUE) as readonly RefusalCode[];

/**
 * Makes one refusal.
 * @param data what the templates of the entry name
 */
export function refusal(
  code: RefusalCode,
  data: Readonly<Record<string, unknown>> = {},
  details: RefusalDetails = {},
): Refusal {
  const entry: CatalogueEntry = CATALOGUE[code];
  return {
    code,
    status: entry.status,
    summary: entry.summary,
    reason: fill(entry.reason, data),
    fix: fill(entry.fix, data),
    docs: `docs/errors/${code}.md`,
    ...details,
  };
}

/** As `refusal`, to be thrown. */
export function refuse(
  code: RefusalCode,
  data: Readonly<Record<string, unknown>> = {},
  details: RefusalDetails = {},
): RefusalError {
  return new RefusalError(refusal(code, data, details));
}
