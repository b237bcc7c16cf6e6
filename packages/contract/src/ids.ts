/** Airflow's `allowed_run_id_pattern`, and the grammar of Dag and task ids (`KEY_REGEX`). */
export const RUN_ID_PATTERN = "^[A-Za-z0-9_.~:+-]+$";
const KEY = /^[\w.-]+$/u;
const GROUP_KEY = /^[\w-]+$/u;

/** The longest id of a Dag, a task, a run, an XCom key, a pool or a connection, in characters. */
export const MAX_ID_LENGTH = 250;

/** Whether a text may name a Dag or a task: letters, digits, `_`, `-`, `.`; at most 250 characters. */
export function isKey(text: string): boolean {
  return text.length <= MAX_ID_LENGTH && KEY.test(text);
}

/** As `isKey`, for a task group's own name: no dot, since dots separate the groups in a task's id. */
export function isGroupKey(text: string): boolean {
  return text.length <= 200 && GROUP_KEY.test(text);
}

/** The map index of a task instance that is not mapped. */
export const NOT_MAPPED = -1;

/** The XCom key of a handler's return value. */
export const RETURN_VALUE_KEY = "return_value";

/** The pool of a task that names none. */
export const DEFAULT_POOL = "default_pool";

/** The queue of a task that names none. */
export const DEFAULT_QUEUE = "default";
