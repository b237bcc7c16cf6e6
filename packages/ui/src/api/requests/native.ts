/** Prefix of what neither Airflow has. */
export const NATIVE = "/api/windlass/v1";
