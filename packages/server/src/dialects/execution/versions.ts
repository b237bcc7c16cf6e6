/** The versions of Airflow's execution API that clients may name in `Airflow-API-Version`; the newest shapes answer all of them. */
const EXECUTION_VERSIONS = [
  "2025-04-11",
  "2025-04-28",
  "2025-05-20",
  "2025-08-10",
  "2025-09-23",
  "2025-10-27",
  "2025-11-05",
  "2026-04-06",
  "2026-06-30",
] as const;

/** The version whose shapes are spoken. */
export const EXECUTION_VERSION: string = EXECUTION_VERSIONS.at(-1) ?? "";
