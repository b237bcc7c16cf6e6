export { RUN_STATES, RUN_TYPES, isTerminalRunState, type RunState, type RunType } from "./states/run-state.ts";
export { TASK_INSTANCE_STATES, isTerminalState, type TaskInstanceState } from "./states/task-instance-state.ts";
export { TRIGGER_RULES, type TriggerRule } from "./trigger-rules.ts";
export { parseInstant, toMillis, type Instant } from "./time.ts";
export type { JsonObject, JsonValue } from "./json.ts";
