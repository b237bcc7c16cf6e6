/** All of Airflow's trigger rules. */
export const TRIGGER_RULES = [
  "all_success",
  "all_failed",
  "all_done",
  "all_done_min_one_success",
  "all_done_setup_success",
  "all_skipped",
  "one_success",
  "one_failed",
  "one_done",
  "none_failed",
  "none_failed_min_one_success",
  "none_skipped",
  "always",
] as const;

/** The condition on its upstream task instances under which a task instance starts. */
export type TriggerRule = (typeof TRIGGER_RULES)[number];

/** How a task's own priority weight becomes the one it competes with. */
export const WEIGHT_RULES = ["downstream", "upstream", "absolute"] as const;

/** A task's weight rule. */
export type WeightRule = (typeof WEIGHT_RULES)[number];
