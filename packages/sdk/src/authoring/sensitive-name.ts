/** Airflow's list of words that make a name sensitive. */
export const SENSITIVE_NAME =
  /access_?key|api_?key|apikey|authorization|passphrase|passwd|password|private_?key|secret|token|keyfile_dict|service_account/i;
