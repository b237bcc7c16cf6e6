/** Operations of Airflow's execution API that mean nothing here, each with its reason. */
export const MEANINGLESS: Readonly<Record<string, string>> = {
  get_connection_test_connection:
    "Windlass tests a connection in the process that is asked to; no worker is asked to do it.",
  patch_connection_test: "Windlass tests a connection in the process that is asked to; no worker reports on it.",
};
