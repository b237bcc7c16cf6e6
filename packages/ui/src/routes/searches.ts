import { flag, text, texts, whole, word } from "./search.ts";

type Raw = Record<string, unknown>;
type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves absent members out, so that URLs stay short. */
function clean<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** Search of the sign-in page. */
export const signInSearch = (raw: Raw) => clean({ next: text(raw, "next"), expired: flag(raw, "expired") });

/** Search of the Dag list. */
export const dagsSearch = (raw: Raw) =>
  clean({
    search: text(raw, "search"),
    tags: texts(raw, "tags"),
    paused: flag(raw, "paused"),
    errors: flag(raw, "errors"),
    order: text(raw, "order"),
    page: whole(raw, "page"),
  });

/** Tabs of the Dag page. */
export const DAG_TABS = ["grid", "runs", "tasks", "code", "details"] as const;

/** Search of the Dag page. */
export const dagSearch = (raw: Raw) =>
  clean({
    tab: word(raw, "tab", DAG_TABS),
    limit: whole(raw, "limit"),
    state: text(raw, "state"),
    type: text(raw, "type"),
    page: whole(raw, "page"),
    task: text(raw, "task"),
  });

/** Search of the trigger form: values to begin with. */
export const triggerSearch = (raw: Raw) => clean({ conf: text(raw, "conf"), run_id: text(raw, "run_id") });

/** Tabs of the run page. */
const RUN_TABS = ["tasks", "launch", "compare"] as const;

/** Search of the run page. */
export const runSearch = (raw: Raw) => clean({ tab: word(raw, "tab", RUN_TABS), with: text(raw, "with") });

/** Tabs of the task instance page. */
export const TASK_TABS = ["log", "xcom", "details"] as const;

/** Search of the task instance page. */
export const taskSearch = (raw: Raw) =>
  clean({
    tab: word(raw, "tab", TASK_TABS),
    map: whole(raw, "map"),
    try: whole(raw, "try"),
    q: text(raw, "q"),
    level: text(raw, "level"),
    source: text(raw, "source"),
    line: whole(raw, "line"),
  });

/** Search of the list of runs of all Dags. */
export const runsSearch = (raw: Raw) =>
  clean({ state: text(raw, "state"), type: text(raw, "type"), dag: text(raw, "dag"), page: whole(raw, "page") });

/** Search of the refused-requests page. `id` is the request id. */
export const refusedSearch = (raw: Raw) =>
  clean({
    code: text(raw, "code"),
    account: text(raw, "account"),
    dag: text(raw, "dag"),
    since: text(raw, "since"),
    id: text(raw, "id"),
    page: whole(raw, "page"),
  });

/** Search of the API page. */
export const referenceSearch = (raw: Raw) =>
  clean({ api: word(raw, "api", ["native", "v2", "v1"]), op: text(raw, "op"), q: text(raw, "q") });
