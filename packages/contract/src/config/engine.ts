import type { ConfigSection } from "./option.ts";

/** Where things are and how much runs at a time. */
export const core = {
  dags_folder: {
    type: "text",
    default: "dags",
    does: "Folder of the Dag files, relative to the configuration file.",
    airflow: true,
  },
  parallelism: {
    type: "integer",
    default: 32,
    minimum: 1,
    maximum: 100_000,
    unit: "task instances",
    does: "The most task instances that run at a time under one scheduler.",
    airflow: true,
  },
  max_active_tasks_per_dag: {
    type: "integer",
    default: 16,
    minimum: 1,
    unit: "task instances",
    does: "The most task instances of one run of a Dag that run at a time, where the Dag says nothing.",
    formerly: ["core.dag_concurrency"],
    airflow: true,
  },
  max_map_length: {
    type: "integer",
    default: 1024,
    minimum: 1,
    unit: "task instances",
    does: "The most task instances that one mapped task is expanded to in a run.",
    airflow: true,
  },
  max_active_runs_per_dag: {
    type: "integer",
    default: 16,
    minimum: 1,
    unit: "runs",
    does: "The most runs of a Dag at a time, where the Dag says nothing.",
    airflow: true,
  },
  dags_are_paused_at_creation: {
    type: "boolean",
    default: false,
    does: "Whether a new Dag is paused, where the Dag says nothing. Airflow's default is true.",
    airflow: true,
  },
  default_task_retries: {
    type: "integer",
    default: 0,
    minimum: 0,
    unit: "tries",
    does: "Retries of a task that names none.",
    airflow: true,
  },
  default_task_retry_delay: {
    type: "integer",
    default: 300,
    minimum: 0,
    unit: "seconds",
    does: "Wait before a retry, where the task says nothing.",
    airflow: true,
  },
  default_pool_task_slot_count: {
    type: "integer",
    default: 128,
    minimum: 1,
    unit: "slots",
    does: "Slots of default_pool when the database is made.",
    airflow: true,
  },
  default_timezone: { type: "text", default: "utc", does: "Zone of schedules that name none.", airflow: true },
  hide_sensitive_var_conn_fields: {
    type: "boolean",
    default: true,
    does: "Whether values under secret-looking names are shown as ***.",
    airflow: true,
  },
  sensitive_var_conn_names: { type: "list", default: [], does: "More names whose values are hidden.", airflow: true },
  task_environment: {
    type: "list",
    default: [],
    does: "Names of environment variables of the server that Dags may declare in `requires.env`; empty: each declared name that starts with WINDLASS_DAG_.",
    airflow: false,
  },
  test_connection: {
    type: "text",
    default: "Disabled",
    oneOf: ["Disabled", "Enabled", "Hidden"],
    does: "Whether the API may be asked to test a connection: with its credentials where an operator uses connections of its type, else by its host and port. Hidden is as Disabled here.",
    airflow: true,
  },
  rerun_with_latest_version: {
    type: "boolean",
    default: null,
    does: "Whether what is cleared, or run again by a backfill, goes on on the newest version of its Dag, where neither the request nor the Dag says it; not set: a clear stays on the run's version.",
    airflow: true,
  },
  max_xcom_bytes: {
    type: "integer",
    default: 262_144,
    minimum: 1024,
    unit: "bytes",
    does: "The largest XCom that the database holds; a larger one is refused, or kept in the object store where there is one.",
    airflow: false,
  },
  xcom_backend: {
    type: "text",
    default: null,
    does: "A module of yours that makes of XComs what is stored and back, relative to the configuration file; it is loaded where tasks run. Airflow's name of its object storage backend is understood.",
    airflow: true,
  },
} as const satisfies ConfigSection;

/** The metadata database. */
export const database = {
  sql_alchemy_conn: {
    type: "text",
    default: null,
    secret: true,
    does: "Address of a PostgreSQL of your own, as DATABASE_URL; without one the embedded PostgreSQL is started.",
    formerly: ["core.sql_alchemy_conn"],
    airflow: true,
  },
  data_folder: {
    type: "text",
    default: ".windlass",
    does: "Folder of the embedded database, keys, logs and bundles, relative to the configuration file.",
    airflow: false,
  },
  sql_alchemy_pool_size: {
    type: "integer",
    default: 10,
    minimum: 2,
    maximum: 500,
    unit: "connections",
    does: "Database connections of one process.",
    airflow: true,
  },
} as const satisfies ConfigSection;

/** The scheduler. */
export const scheduler = {
  allowed_run_id_pattern: {
    type: "text",
    default: "^[A-Za-z0-9_.~:+-]+$",
    does: "What a run id must match (RE2 syntax).",
    airflow: true,
  },
  scheduler_idle_sleep_time: {
    type: "number",
    default: 1,
    minimum: 0.05,
    unit: "seconds",
    does: "How often the scheduler looks by itself when no signal wakes it.",
    airflow: true,
  },
  max_dagruns_to_create_per_loop: {
    type: "integer",
    default: 100,
    minimum: 1,
    unit: "runs",
    does: "The most scheduled runs made in one round.",
    airflow: true,
  },
  catchup_by_default: {
    type: "boolean",
    default: false,
    does: "Whether missed intervals are run, where the Dag says nothing.",
    airflow: true,
  },
  task_instance_heartbeat_timeout: {
    type: "integer",
    default: 60,
    minimum: 1,
    unit: "seconds",
    does: "A running attempt without a sign of life for so long is lost.",
    formerly: ["scheduler.scheduler_zombie_task_threshold"],
    airflow: true,
  },
  task_instance_heartbeat_sec: {
    type: "integer",
    default: 5,
    minimum: 1,
    unit: "seconds",
    does: "How often a running attempt gives a sign of life.",
    formerly: ["scheduler.job_heartbeat_sec"],
    airflow: true,
  },
} as const satisfies ConfigSection;

/** Which queues the executor beside a scheduler takes; the rest is left to workers. */
export const localExecutor = {
  queues: {
    type: "list",
    default: ["default", "*"],
    does: "Queues whose tasks run beside the scheduler, in its own runners. `*` stands for every other queue that no worker serves at the moment.",
    airflow: false,
  },
} as const satisfies ConfigSection;

/** The door of workers. */
export const executionApi = {
  jwt_expiration_time: {
    type: "integer",
    default: 600,
    minimum: 60,
    maximum: 86_400,
    unit: "seconds",
    does: "How long the token of an attempt is good; a heartbeat renews it, as long as the attempt may run.",
    airflow: true,
  },
  log_bytes_per_attempt: {
    type: "integer",
    default: 67_108_864,
    minimum: 65_536,
    unit: "bytes",
    does: "The most bytes of log that are taken from a worker for one attempt; what is beyond is dropped.",
    airflow: false,
  },
} as const satisfies ConfigSection;

/** The Dag processor. */
export const dagProcessor = {
  refresh_interval: {
    type: "number",
    default: 30,
    minimum: 0.1,
    unit: "seconds",
    does: "How often the Dags folder is listed anew, besides being watched.",
    formerly: ["scheduler.dag_dir_list_interval"],
    airflow: true,
  },
  dag_file_processor_timeout: {
    type: "integer",
    default: 50,
    minimum: 1,
    unit: "seconds",
    does: "The longest a Dag file may take to load.",
    formerly: ["core.dag_file_processor_timeout"],
    airflow: true,
  },
} as const satisfies ConfigSection;

/** Logs of task instances and of the server. */
export const logging = {
  base_log_folder: {
    type: "text",
    default: null,
    does: "Folder of task logs; `logs` in the data folder where nothing is set.",
    airflow: true,
  },
  logging_level: {
    type: "text",
    default: "INFO",
    oneOf: ["DEBUG", "INFO", "WARNING", "ERROR"],
    does: "The least important lines that are written.",
    airflow: true,
  },
  retention_days: {
    type: "integer",
    default: 30,
    minimum: 1,
    maximum: 3650,
    unit: "days",
    does: "How long task logs are kept.",
    airflow: false,
  },
} as const satisfies ConfigSection;

/** What tasks keep under keys of their own from try to try. */
export const stateStore = {
  default_retention_days: {
    type: "integer",
    default: 30,
    minimum: 0,
    unit: "days",
    does: "After how long an entry of a task's store is removed, where whoever writes it says nothing; 0: with its run.",
    airflow: true,
  },
  max_value_storage_bytes: {
    type: "integer",
    default: 65_535,
    minimum: 0,
    unit: "bytes",
    does: "The largest value of an entry as JSON; 0: no bound.",
    airflow: true,
  },
  clear_on_success: {
    type: "boolean",
    default: false,
    does: "Whether the entries that a task instance keeps are removed in the moment it succeeds, by itself or by hand.",
    airflow: true,
  },
} as const satisfies ConfigSection;

/** Where large XComs are kept: Airflow's section `common.io`. */
export const commonIo = {
  xcom_objectstorage_path: {
    type: "text",
    default: null,
    does: "Where XComs are kept that are too large for the database: `file:///folder`, or `s3://connection_id@bucket/prefix` for anything that speaks S3. The connection, of type `aws`, has the keys, and in its extra `region_name` and `endpoint_url`; without one it is `aws_default`.",
    airflow: true,
  },
  xcom_objectstorage_threshold: {
    type: "integer",
    default: -1,
    minimum: -1,
    unit: "bytes",
    does: "XComs with more bytes than this are kept there. -1: only those that are larger than max_xcom_bytes.",
    airflow: true,
  },
  xcom_objectstorage_compression: {
    type: "text",
    default: null,
    oneOf: ["gzip"],
    does: "How they are compressed; not at all where nothing is set.",
    airflow: true,
  },
} as const satisfies ConfigSection;
