import { type Need, needs, needsAnyDag, needsDag, needsRun } from "./need.ts";

/** What an action is about; the access tests make one canary for each. */
export type ActionResource =
  | "none"
  | "dag"
  | "dag_run"
  | "task_instance"
  | "log"
  | "xcom"
  | "connection"
  | "variable"
  | "pool"
  | "account"
  | "role"
  | "api_key"
  | "import_error"
  | "audit_log"
  | "refused_request"
  | "config"
  | "asset";

/** Who may do it at all: `anonymous` needs no account, `authenticated` any account, `permitted` the needs. */
export type ActionAccess = "anonymous" | "authenticated" | "permitted";

/** One row of the action table. */
export interface ActionEntry {
  readonly access: ActionAccess;
  readonly needs: readonly Need[];
  readonly resource: ActionResource;
  readonly mutates: boolean;
  /** What it does, in a few words, for tables and 403 answers: "trigger a run of". */
  readonly does: string;
}

function read(resource: ActionResource, does: string, ...all: readonly Need[]): ActionEntry {
  return { access: "permitted", needs: all, resource, mutates: false, does };
}

function change(resource: ActionResource, does: string, ...all: readonly Need[]): ActionEntry {
  return { access: "permitted", needs: all, resource, mutates: true, does };
}

function own(resource: ActionResource, mutates: boolean, does: string): ActionEntry {
  return { access: "authenticated", needs: [], resource, mutates, does };
}

function open(does: string): ActionEntry {
  return { access: "anonymous", needs: [], resource: "none", mutates: false, does };
}

const readsDag = needsDag("can_read");
const editsDag = needsDag("can_edit");
const readsRun = needsRun("can_read");
const editsRun = needsRun("can_edit");
const readsTaskInstance = needs("can_read", "Task Instances");
const readsAsset = needs("can_read", "Assets", "Datasets");
const readsAlias = needs("can_read", "Asset Aliases");
const editsTaskInstance = needs("can_edit", "Task Instances");

/**
 * Every action with the permissions it needs, after the pairs that Airflow's FAB auth manager asks for. Routes name an action; nothing about
 * rights is coded in a handler. The role table of the docs, `/capabilities` and the access tests are made from it.
 */
export const ACTIONS = {
  "system.health": open("read the health of"),
  "system.version": open("read the version of"),
  "system.docs": open("read the API's description of"),

  "session.create": { ...open("log in to"), mutates: true },
  "session.delete": { ...open("log out of"), mutates: true },
  "token.create": { ...open("get a token for"), mutates: true },
  "me.read": own("none", false, "read one's own account"),
  "capabilities.read": own("none", false, "read what one may do"),
  "events.read": own("none", false, "follow changes of"),
  "check.run": own("none", false, "ask for the decision on a request"),
  "check.as_other": read("account", "ask for the decision on a request of somebody else", needs("can_read", "Users")),
  "password.change": change("account", "change one's own password", needs("can_edit", "My Password")),

  "dag.list": read("dag", "list Dags", needsAnyDag("can_read")),
  "dag.read": read("dag", "read the Dag", readsDag),
  "dag.edit": change("dag", "pause, unpause or edit the Dag", editsDag),
  "dag.edit_many": change("dag", "pause or unpause many Dags", needsAnyDag("can_edit")),
  "dag.delete": change("dag", "delete the Dag", needsDag("can_delete")),
  "dag.parse": change("dag", "have the Dag's file parsed again", editsDag),
  "dag.favorite": { ...read("dag", "mark the Dag as favourite", readsDag), mutates: true },
  "dag_tag.list": read("dag", "list Dag tags", needsAnyDag("can_read")),
  "dag_source.read": read("dag", "read the source of the Dag", readsDag, needs("can_read", "DAG Code")),
  "dag_version.list": read("dag", "list versions of the Dag", readsDag, needs("can_read", "DAG Versions")),
  "dag_version.read": read("dag", "read a version of the Dag", readsDag, needs("can_read", "DAG Versions")),
  "dag_warning.list": read("dag", "list Dag warnings", needs("can_read", "DAG Warnings")),
  "dag_stats.read": read("dag_run", "count the runs of Dags", needsAnyDag("can_read"), needs("can_read", "DAG Runs")),
  "task.list": read("dag", "list the tasks of the Dag", readsDag, readsTaskInstance),
  "task.read": read("dag", "read a task of the Dag", readsDag, readsTaskInstance),
  "import_error.list": read("import_error", "list import errors", needs("can_read", "ImportError")),
  "import_error.read": read("import_error", "read an import error", needs("can_read", "ImportError")),

  "dag_run.list": read("dag_run", "list runs of the Dag", readsDag, readsRun),
  "dag_run.list_all": read("dag_run", "list runs of many Dags", needsAnyDag("can_read"), needs("can_read", "DAG Runs")),
  "dag_run.read": read("dag_run", "read a run of the Dag", readsDag, readsRun),
  "dag_run.create": change("dag_run", "trigger a run of the Dag", editsDag, needsRun("can_create")),
  "dag_run.edit": change("dag_run", "change a run of the Dag", editsDag, editsRun),
  "dag_run.set_note": change("dag_run", "set the note of a run of the Dag", editsDag, editsRun),
  "dag_run.clear": change("dag_run", "clear a run of the Dag", editsDag, editsRun),
  "dag_run.delete": change("dag_run", "delete a run of the Dag", editsDag, needsRun("can_delete")),

  "backfill.list": read("dag_run", "list backfills of the Dag", readsDag, readsRun),
  "backfill.read": read("dag_run", "read a backfill of the Dag", readsDag, readsRun),
  "backfill.create": change("dag_run", "make a backfill of the Dag", editsDag, needsRun("can_create")),
  "backfill.edit": change("dag_run", "pause, unpause or cancel a backfill of the Dag", editsDag, editsRun),

  "task_instance.list": read("task_instance", "list task instances of the Dag", readsDag, readsRun, readsTaskInstance),
  "task_instance.list_all": read(
    "task_instance",
    "list task instances of many Dags",
    needsAnyDag("can_read"),
    needs("can_read", "DAG Runs"),
    readsTaskInstance,
  ),
  "task_instance.read": read("task_instance", "read a task instance of the Dag", readsDag, readsRun, readsTaskInstance),
  "task_instance.edit": change(
    "task_instance",
    "change a task instance of the Dag",
    editsDag,
    editsRun,
    editsTaskInstance,
  ),
  "task_instance.clear": change(
    "task_instance",
    "clear task instances of the Dag",
    editsDag,
    editsRun,
    editsTaskInstance,
  ),
  "task_instance.delete": change(
    "task_instance",
    "delete a task instance of the Dag",
    editsDag,
    needsRun("can_delete"),
    needs("can_delete", "Task Instances"),
  ),
  "task_instance.set_note": change(
    "task_instance",
    "set the note of a task instance of the Dag",
    editsDag,
    editsRun,
    editsTaskInstance,
  ),
  "task_store.list": read("task_instance", "list what a task of the Dag keeps", readsDag, readsRun, readsTaskInstance),
  "task_store.read": read("task_instance", "read what a task of the Dag keeps", readsDag, readsRun, readsTaskInstance),
  "task_store.edit": change(
    "task_instance",
    "write what a task of the Dag keeps",
    editsDag,
    editsRun,
    editsTaskInstance,
  ),
  "task_store.delete": change(
    "task_instance",
    "remove what a task of the Dag keeps",
    editsDag,
    needsRun("can_delete"),
    needs("can_delete", "Task Instances"),
  ),
  "log.read": read("log", "read logs of the Dag", readsDag, needs("can_read", "Task Logs")),
  "xcom.list": read("xcom", "list XComs of the Dag", readsDag, needs("can_read", "XComs")),
  "xcom.read": read("xcom", "read an XCom of the Dag", readsDag, needs("can_read", "XComs")),
  "xcom.create": change("xcom", "leave an XCom of the Dag", editsDag, needs("can_create", "XComs")),
  "xcom.edit": change("xcom", "change an XCom of the Dag", editsDag, needs("can_edit", "XComs")),
  "xcom.delete": change("xcom", "delete an XCom of the Dag", editsDag, needs("can_delete", "XComs")),

  "asset.list": read("asset", "list assets", readsAsset),
  "asset.read": read("asset", "read an asset", readsAsset),
  "asset.list_with_aliases": read("asset", "list assets with their aliases", readsAsset, readsAlias),
  "asset.read_with_aliases": read("asset", "read an asset with its aliases", readsAsset, readsAlias),
  "asset_alias.list": read("asset", "list asset aliases", readsAlias),
  "asset_alias.read": read("asset", "read an asset alias", readsAlias),
  "asset_event.list": read("asset", "list asset events", readsAsset),
  "asset_event.list_of_run": read(
    "dag_run",
    "list the asset events of a run of the Dag",
    readsDag,
    readsRun,
    readsAsset,
  ),
  "asset.create_event": change("asset", "create an asset event", needs("can_create", "Assets", "Datasets")),
  "asset.materialize": change("asset", "have an asset written", needs("can_create", "Assets", "Datasets")),
  "asset_queue.list": read("asset", "list queued asset events", readsAsset),
  "asset_queue.list_of_dag": read("dag", "list queued asset events of the Dag", readsDag, readsAsset),
  "asset_queue.delete": change(
    "asset",
    "delete queued asset events",
    needs("can_delete", "Assets", "Datasets"),
    needs("can_edit", "DAGs"),
  ),
  "asset_queue.delete_of_dag": change(
    "dag",
    "delete queued asset events of the Dag",
    needs("can_delete", "Assets", "Datasets"),
    editsDag,
  ),
  "dataset_queue.delete": change("asset", "delete queued dataset events", needs("can_delete", "Datasets", "Assets")),
  "dataset_queue.delete_of_dag": change(
    "dag",
    "delete queued dataset events of the Dag",
    needs("can_delete", "Datasets", "Assets"),
    readsDag,
  ),
  "asset_state.list": read("asset", "list what is kept beside an asset", readsAsset),
  "asset_state.read": read("asset", "read what is kept beside an asset", readsAsset),
  "asset_state.edit": change("asset", "keep something beside an asset", needs("can_edit", "Assets")),
  "asset_state.delete": change(
    "asset",
    "delete what is kept beside an asset",
    needs("can_delete", "Assets", "Datasets"),
  ),
  "human_step.list": read(
    "task_instance",
    "list questions to people of the Dag",
    readsDag,
    needs("can_read", "HITL Detail"),
  ),
  "human_step.list_all": read(
    "task_instance",
    "list questions to people of many Dags",
    needsAnyDag("can_read"),
    needs("can_read", "HITL Detail"),
  ),
  "human_step.read": read(
    "task_instance",
    "read a question to people of the Dag",
    readsDag,
    needs("can_read", "HITL Detail"),
  ),
  "human_step.answer": change(
    "task_instance",
    "answer a question of the Dag",
    editsDag,
    needs("can_edit", "HITL Detail"),
  ),

  "connection.list": read("connection", "list connections", needs("can_read", "Connections")),
  "connection.read": read("connection", "read a connection", needs("can_read", "Connections")),
  "connection.create": change("connection", "create a connection", needs("can_create", "Connections")),
  "connection.edit": change("connection", "change a connection", needs("can_edit", "Connections")),
  "connection.delete": change("connection", "delete a connection", needs("can_delete", "Connections")),
  "connection.test": change("connection", "test a connection", needs("can_create", "Connections")),
  "variable.list": read("variable", "list variables", needs("can_read", "Variables")),
  "variable.read": read("variable", "read a variable", needs("can_read", "Variables")),
  "variable.create": change("variable", "create a variable", needs("can_create", "Variables")),
  "variable.edit": change("variable", "change a variable", needs("can_edit", "Variables")),
  "variable.delete": change("variable", "delete a variable", needs("can_delete", "Variables")),
  "pool.list": read("pool", "list pools", needs("can_read", "Pools")),
  "pool.read": read("pool", "read a pool", needs("can_read", "Pools")),
  "pool.create": change("pool", "create a pool", needs("can_create", "Pools")),
  "pool.edit": change("pool", "change a pool", needs("can_edit", "Pools")),
  "pool.delete": change("pool", "delete a pool", needs("can_delete", "Pools")),

  "user.list": read("account", "list users", needs("can_read", "Users")),
  "user.read": read("account", "read a user", needs("can_read", "Users")),
  "user.create": change("account", "create a user", needs("can_create", "Users")),
  "user.edit": change("account", "change a user", needs("can_edit", "Users")),
  "user.delete": change("account", "delete a user", needs("can_delete", "Users")),
  "role.list": read("role", "list roles", needs("can_read", "Roles")),
  "role.read": read("role", "read a role", needs("can_read", "Roles")),
  "role.create": change("role", "create a role", needs("can_create", "Roles")),
  "role.edit": change("role", "change a role", needs("can_edit", "Roles")),
  "role.delete": change("role", "delete a role", needs("can_delete", "Roles")),
  "permission.list": read("role", "list permissions", needs("can_read", "Permissions")),

  "api_key.list": own("api_key", false, "list one's own API keys"),
  "api_key.create": own("api_key", true, "create an API key of one's own"),
  "api_key.delete": own("api_key", true, "revoke an API key of one's own"),

  "refusal.list": own("refused_request", false, "list refused requests"),
  "refusal.read": own("refused_request", false, "read a refused request"),
  "refusal.list_all": read(
    "refused_request",
    "list the refused requests of everybody",
    needs("can_read", "Audit Logs"),
  ),
  "event_log.list": read("audit_log", "list the audit log", needs("can_read", "Audit Logs")),
  "event_log.read": read("audit_log", "read an entry of the audit log", needs("can_read", "Audit Logs")),
  "auth_report.read": read("account", "read which callers use which credentials", needs("can_read", "Users")),
  "config.read": read("config", "read the configuration", needs("can_read", "Configurations")),
  "job.list": read("none", "list jobs", needs("can_read", "Jobs")),
  "worker.list": read("none", "list workers", needs("can_read", "Workers")),
  "worker.serve": change("none", "take task instances to run them as a worker", needs("can_create", "Workers")),
  "plugin.list": read("none", "list plugins", needs("can_read", "Plugins")),
  "provider.list": read("none", "list providers", needs("can_read", "Providers")),
} as const satisfies Readonly<Record<string, ActionEntry>>;

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** Every action's name, in the table's order. */
export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** The table's row of an action. */
export function actionEntry(name: ActionName): ActionEntry {
  return ACTIONS[name];
}
