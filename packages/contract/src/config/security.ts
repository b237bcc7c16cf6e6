import type { ConfigSection } from "./option.ts";

/** Accounts, passwords, sessions, keys, and what is held back from guessers. */
export const security = {
  session_idle_seconds: { type: "integer", default: 28_800, minimum: 60, unit: "seconds", does: "A session unused for so long ends.", airflow: false },
  session_lifetime_seconds: { type: "integer", default: 604_800, minimum: 60, unit: "seconds", does: "A session ends after so long, used or not.", airflow: false },
  password_minimum_length: { type: "integer", default: 12, minimum: 1, maximum: 256, unit: "characters", does: "The shortest password that may be set.", airflow: false },
  password_refuse_common: { type: "boolean", default: true, does: "Whether very common passwords and the user name are refused.", airflow: false },
  password_memory_kib: { type: "integer", default: 19_456, minimum: 8192, maximum: 1_048_576, unit: "KiB", does: "Memory of one argon2id hash; raised values are used at the next login.", airflow: false },
  basic_cache_seconds: { type: "integer", default: 60, minimum: 0, maximum: 300, unit: "seconds", does: "How long a password that was right is remembered (as a keyed hash); 0 hashes at every request.", airflow: false },
  throttle: { type: "boolean", default: true, does: "Whether failed log-ins make the next ones wait.", airflow: false },
  throttle_free_failures: { type: "integer", default: 5, minimum: 0, maximum: 1000, unit: "failures", does: "Failures of one account and address before they make anybody wait.", airflow: false },
  throttle_longest_seconds: { type: "integer", default: 300, minimum: 1, maximum: 86_400, unit: "seconds", does: "The longest wait after failures; it never becomes a lock.", airflow: false },
  api_key_longest_days: { type: "integer", default: 365, minimum: 1, maximum: 3650, unit: "days", does: "The longest life of an API key.", airflow: false },
  encryption_key: { type: "text", default: null, secret: true, does: "Key that encrypts connections and variables; several with commas, the first encrypts. Without one a file made at the first start is used.", formerly: ["core.fernet_key"], airflow: false },
  refusal_retention_days: { type: "integer", default: 30, minimum: 1, maximum: 3650, unit: "days", does: "How long refused requests are kept.", airflow: false },
} as const satisfies ConfigSection;
