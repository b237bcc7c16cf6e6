/** One suite of `npm test`. */
export interface Suite {
  readonly name: string;
  readonly projects: readonly string[];
  /** The suite that it is started together with. */
  readonly beside?: string;
  files(path: string): boolean;
}

/** What `npm test` runs, in this order. */
export const suites: readonly Suite[];

/** The counts of vitest's JSON report, and what went wrong beside failed tests. */
export function readResults(report: object | undefined): {
  passed: number;
  failed: number;
  skipped: number;
  skippedTests: { file: string; title: string }[];
  trouble: string[];
};
