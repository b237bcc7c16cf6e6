-- The first schema: Dags and their versions, runs, task instances and attempts, accounts, refusals. It is the one truth of an installation.
-- Invariants of docs/invariants.md are repeated here as constraints; what a constraint cannot say is a view in schema `invariant`
-- that must return no row.

create table role (
  id bigint generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 64),
  built_in boolean not null default false
);

create table role_permission (
  role_id bigint not null references role on delete cascade,
  action text not null,
  resource text not null,
  primary key (role_id, action, resource)
);

create table account (
  id bigint generated always as identity primary key,
  kind text not null default 'user' check (kind in ('user', 'service-account')),
  user_name text not null check (length(user_name) between 1 and 250),
  email text,
  first_name text not null default '',
  last_name text not null default '',
  password_hash text,
  active boolean not null default true,
  -- Changed with password, roles, state and "log out everywhere": every credential issued before is then void.
  security_stamp uuid not null default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  last_login_at timestamptz,
  login_count integer not null default 0,
  failed_login_count integer not null default 0
);
create unique index account_user_name on account (lower(user_name));

create table account_role (
  account_id bigint not null references account on delete cascade,
  role_id bigint not null references role on delete cascade,
  primary key (account_id, role_id)
);

create table session (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  account_id bigint not null references account on delete cascade,
  security_stamp uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  user_agent text,
  address text
);
create index session_account on session (account_id);

create table api_key (
  id bigint generated always as identity primary key,
  account_id bigint not null references account on delete cascade,
  name text not null check (length(name) between 1 and 100),
  token_hash bytea not null unique,
  -- The first characters, so that people can tell keys apart; never enough to use.
  display_id text not null,
  -- null: everything the owner may; else a list of permission keys, never more than the owner's at the time of use.
  scopes jsonb,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index api_key_account on api_key (account_id);

create table revoked_token (
  token_id text primary key,
  expires_at timestamptz not null
);

-- Counts of failed log-ins, shared by all API servers.
create table login_throttle (
  subject text primary key,
  failures integer not null,
  first_failure_at timestamptz not null,
  blocked_until timestamptz
);

-- Which caller used which credential scheme, for the report before a scheme is switched off.
create table scheme_use (
  scheme text not null,
  account_id bigint not null references account on delete cascade,
  client text not null default '',
  uses bigint not null default 0,
  last_used_at timestamptz not null,
  primary key (scheme, account_id, client)
);

create table bundle (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  relative_fileloc text not null,
  code bytea not null,
  source text not null,
  created_at timestamptz not null default clock_timestamp()
);

create table dag (
  dag_id text primary key,
  display_name text,
  description text,
  relative_fileloc text not null,
  owners text[] not null default '{}',
  is_paused boolean not null,
  -- Its file no longer has it, or no longer loads.
  is_stale boolean not null default false,
  stale_since timestamptz,
  has_import_errors boolean not null default false,
  current_version_id bigint,
  last_parsed_at timestamptz,
  last_parse_seconds double precision,
  next_logical_date timestamptz,
  next_data_interval_start timestamptz,
  next_data_interval_end timestamptz,
  next_run_after timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index dag_next_run on dag (next_run_after) where not is_paused and not is_stale;

create table dag_tag (
  dag_id text not null references dag on delete cascade,
  name text not null,
  primary key (dag_id, name)
);

create table dag_version (
  id bigint generated always as identity primary key,
  uuid uuid not null unique default gen_random_uuid(),
  dag_id text not null references dag on delete cascade,
  version_number integer not null check (version_number > 0),
  -- Hash of the serialized Dag: equal content is not a new version.
  content_hash text not null,
  bundle_hash text not null references bundle,
  -- json, not jsonb: params keep the order of the file, conf and XComs that of their authors.
  serialized json not null,
  -- Repeated from the serialized Dag, because the admission of runs is counted in SQL.
  max_active_runs integer not null check (max_active_runs > 0),
  created_at timestamptz not null default clock_timestamp(),
  unique (dag_id, version_number)
);
alter table dag add foreign key (current_version_id) references dag_version deferrable initially deferred;

-- What a run copies into its task instances, one row for each task of a version: making a run sends no task over the wire.
create table dag_version_task (
  dag_version_id bigint not null references dag_version on delete cascade,
  task_id text not null,
  -- In the order of the graph: every task stands behind its upstream.
  position integer not null,
  operator text not null,
  pool text not null,
  pool_slots integer not null,
  -- Under the task's weight rule.
  priority_weight integer not null,
  queue text not null,
  -- Retries, as Airflow counts them: another try as long as the try number has not passed it.
  max_tries integer not null,
  primary key (dag_version_id, position)
);

create table import_error (
  id bigint generated always as identity primary key,
  relative_fileloc text not null,
  -- Empty where the whole file does not load.
  dag_id text not null default '',
  code text not null,
  reason text not null,
  fix text not null,
  line integer,
  column_number integer,
  trace text not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (relative_fileloc, dag_id, code, reason)
);

create table dag_run (
  id bigint generated always as identity primary key,
  dag_id text not null references dag on delete cascade,
  run_id text not null check (length(run_id) between 1 and 250),
  state text not null check (state in ('queued', 'running', 'success', 'failed')),
  run_type text not null check (run_type in ('manual', 'scheduled', 'backfill', 'asset_triggered')),
  triggered_by text not null,
  triggering_user text,
  logical_date timestamptz,
  data_interval_start timestamptz,
  data_interval_end timestamptz,
  run_after timestamptz not null,
  queued_at timestamptz not null,
  start_date timestamptz,
  end_date timestamptz,
  last_scheduling_decision timestamptz,
  conf json not null default '{}',
  -- conf over the params' defaults, as decided at creation.
  params json not null default '{}',
  note text,
  note_account_id bigint,
  dag_version_id bigint not null references dag_version,
  -- Door, principal, credential kind, client, environment names: what the run was launched with.
  launch_context jsonb not null default '{}',
  clear_number integer not null default 0,
  -- The condition of every commit that changes the run (architecture: runs in memory, many schedulers).
  version bigint not null default 0,
  -- A hint for who works on it, never the safety argument.
  scheduler_id text,
  scheduler_lease_until timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  -- Invariant 11.
  constraint dag_run_run_id unique (dag_id, run_id),
  constraint dag_run_logical_date unique (dag_id, logical_date),
  -- Invariant 7, the part a row can say.
  constraint dag_run_end_date check ((state in ('success', 'failed')) = (end_date is not null)),
  constraint dag_run_interval check ((data_interval_start is null) = (data_interval_end is null))
);
create index dag_run_running on dag_run (dag_id) where state = 'running';
create index dag_run_queued on dag_run (dag_id, run_after, id) where state = 'queued';
create index dag_run_recent on dag_run (dag_id, run_after desc, id desc);
create index dag_run_all_recent on dag_run (run_after desc, id desc);

create table task_instance (
  id bigint generated always as identity primary key,
  dag_run_id bigint not null references dag_run on delete cascade,
  -- The run's, repeated so that slots are counted from one index.
  dag_id text not null,
  task_id text not null,
  map_index integer not null default -1 check (map_index >= -1),
  state text check (state in ('scheduled', 'queued', 'running', 'success', 'failed', 'up_for_retry', 'up_for_reschedule',
    'upstream_failed', 'skipped', 'removed', 'restarting', 'deferred')),
  try_number integer not null default 0 check (try_number >= 0),
  max_tries integer not null default 0,
  -- The fencing token: set at creation, replaced at each dispatch. v2 shows it as the task instance's id.
  attempt_id uuid not null default gen_random_uuid(),
  dispatch_sequence integer not null default 0,
  operator text not null,
  pool text not null,
  pool_slots integer not null default 1 check (pool_slots > 0),
  priority_weight integer not null default 1,
  queue text not null default 'default',
  scheduled_at timestamptz,
  queued_at timestamptz,
  start_date timestamptz,
  end_date timestamptz,
  -- Not before this moment, in up_for_retry and up_for_reschedule.
  not_before timestamptz,
  -- Running: the moment after which anybody may take the attempt for lost. By the database's clock.
  lease_until timestamptz,
  hostname text not null default '',
  pid integer,
  unixname text not null default '',
  error jsonb,
  rendered_fields jsonb not null default '{}',
  note text,
  note_account_id bigint,
  dag_version_id bigint not null references dag_version,
  updated_at timestamptz not null default clock_timestamp(),
  constraint task_instance_identity unique (dag_run_id, task_id, map_index),
  -- Invariant 2: only a running one holds a lease, and there is one row for each task instance.
  constraint task_instance_lease check ((state = 'running') = (lease_until is not null)),
  constraint task_instance_end check (state is null or state not in ('success', 'failed') or end_date is not null)
);
-- A state is part of every partial index, so no update is heap-only: each index here costs every transition. This one serves the counting of
-- slots, the expiry of leases and the search for attempts that were never started; an attempt's row is found by its task_attempt.
create index task_instance_occupying on task_instance (pool, dag_id, dag_run_id, task_id) include (pool_slots, state)
  where state in ('queued', 'running');
create index task_instance_restarting on task_instance (updated_at) where state = 'restarting';

-- One permission to run user code, and the history of tries.
create table task_attempt (
  attempt_id uuid primary key,
  task_instance_id bigint not null references task_instance on delete cascade,
  try_number integer not null check (try_number > 0),
  dispatch_sequence integer not null check (dispatch_sequence > 0),
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- The end state of the attempt: success, failed, skipped, up_for_retry; null while it is open; 'superseded' if it never started.
  outcome text,
  hostname text,
  pid integer,
  -- Which boot of which supervisor claimed it; an `up` that starts again expires the leases of its own dead boot at once.
  boot_id uuid,
  error jsonb,
  -- Invariant 1: at most one start per dispatch.
  constraint task_attempt_dispatch unique (task_instance_id, try_number, dispatch_sequence)
);

create table xcom (
  task_instance_id bigint not null references task_instance on delete cascade,
  key text not null check (length(key) between 1 and 512),
  value json,
  created_at timestamptz not null default clock_timestamp(),
  primary key (task_instance_id, key)
);

-- Every transition of every run and task instance; readers stop below pg_snapshot_xmin, since a serial becomes visible out of order.
create table event (
  id bigint generated always as identity primary key,
  transaction_id xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  dag_id text not null,
  dag_run_id bigint not null,
  task_instance_id bigint,
  attempt_id uuid,
  from_state text,
  to_state text,
  try_number integer,
  reason text not null
);
create index event_run on event (dag_run_id, id);

-- What must be announced after a commit: an attempt to a worker, a notification to a receiver.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('dispatch', 'notification')),
  attempt_id uuid,
  payload jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz
);
create index outbox_unsent on outbox (id) where sent_at is null;
create unique index outbox_attempt on outbox (attempt_id) where attempt_id is not null;

create table late_report (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  attempt_id uuid not null,
  report text not null
);

create table pool (
  name text primary key check (length(name) between 1 and 256),
  id bigint generated always as identity unique,
  slots integer not null check (slots >= -1),
  description text,
  include_deferred boolean not null default false
);
insert into pool (name, slots, description) values ('default_pool', 128, 'Default pool');

create table connection (
  connection_id text primary key check (length(connection_id) between 1 and 250),
  id bigint generated always as identity unique,
  conn_type text not null,
  description text,
  host text,
  login text,
  schema text,
  port integer,
  -- AES-256-GCM, bound to table, column and row; the key is never in the database.
  password bytea,
  extra bytea
);

create table variable (
  key text primary key check (length(key) <= 250),
  id bigint generated always as identity unique,
  value bytea not null,
  description text
);

-- Only what a principal did, and what was refused once a Dag was known; Airflow's event log.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null,
  account_id bigint,
  account_name text,
  credential_kind text,
  credential_id text,
  door text not null,
  dag_id text,
  run_id text,
  task_id text,
  map_index integer,
  try_number integer,
  object text,
  extra jsonb,
  request_id text
);
create index audit_log_dag on audit_log (dag_id, id desc);

create table refused_request (
  id bigint generated always as identity primary key,
  request_id text not null unique,
  at timestamptz not null default clock_timestamp(),
  account_id bigint,
  -- As claimed where the credential was wrong.
  account_name text,
  credential_kind text,
  credential_id text,
  door text not null,
  method text not null,
  path text not null,
  route text,
  status integer not null,
  code text not null,
  summary text not null,
  reason text not null,
  fix text not null,
  dag_id text,
  refusals jsonb not null,
  request jsonb not null,
  corrected jsonb
);
create index refused_request_account on refused_request (account_id, id desc);
create index refused_request_code on refused_request (code, id desc);

create table idempotency_key (
  account_id bigint not null,
  route text not null,
  key text not null check (length(key) between 1 and 255),
  body_hash bytea not null,
  body jsonb,
  status integer,
  answer jsonb,
  created_at timestamptz not null default clock_timestamp(),
  primary key (account_id, route, key)
);
create index idempotency_key_age on idempotency_key (created_at);

-- Processes that serve, with their last sign of life by the database's clock.
create table service_heartbeat (
  instance_id uuid not null,
  service text not null check (service in ('api-server', 'scheduler', 'dag-processor', 'executor', 'rescuer', 'cleaner', 'triggerer')),
  boot_id uuid not null,
  hostname text not null,
  started_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  primary key (instance_id, service)
);

-- Facts about the installation: its id, the folder's last boot.
create table installation (
  key text primary key,
  value jsonb not null
);

create table legal_transition (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);

create schema invariant;

-- Invariant 1: an attempt that started is the one of its dispatch, and no two of one dispatch.
create view invariant.i01_started_once as
  select a.task_instance_id, a.try_number, a.dispatch_sequence, count(*) as starts
  from task_attempt a where a.started_at is not null
  group by 1, 2, 3 having count(*) > 1;

-- Invariant 2: at most one open started attempt for a task instance that is running, and it is the current one.
create view invariant.i02_one_lease as
  select t.id from task_instance t
  join task_attempt a on a.task_instance_id = t.id and a.started_at is not null and a.ended_at is null
  where t.state = 'running' and a.attempt_id <> t.attempt_id;

-- Invariant 4: every observed pair of states is legal. Runs have their own table in the contract, checked there.
create view invariant.i04_legal_transitions as
  select e.id, e.from_state, e.to_state, e.reason from event e
  where e.task_instance_id is not null
    and not exists (select 1 from legal_transition l
      where l.from_state = coalesce(e.from_state, 'none') and l.to_state = coalesce(e.to_state, 'none'));

-- Invariant 5: the try number never falls.
create view invariant.i05_try_number as
  select a.task_instance_id, a.attempt_id from task_attempt a
  join task_attempt b on b.task_instance_id = a.task_instance_id and b.queued_at < a.queued_at and b.try_number > a.try_number;

-- Invariant 7: a run is over exactly if all its task instances are.
create view invariant.i07_terminal_runs as
  select r.id, r.state from dag_run r
  where r.state in ('success', 'failed') and exists (select 1 from task_instance t where t.dag_run_id = r.id
    and (t.state is null or t.state not in ('success', 'failed', 'upstream_failed', 'skipped', 'removed')));

-- Invariant 9: occupied slots within every pool's size (-1: no bound).
create view invariant.i09_pools as
  select p.name, p.slots, sum(t.pool_slots) as occupied from pool p
  join task_instance t on t.pool = p.name and t.state in ('queued', 'running')
  where p.slots >= 0 group by p.name, p.slots having sum(t.pool_slots) > p.slots;

-- Invariant 10: running runs within their Dag's bound, as of the version each was made with.
create view invariant.i10_active_runs as
  select r.dag_id, count(*) as running, max(v.max_active_runs) as bound
  from dag_run r join dag_version v on v.id = r.dag_version_id
  where r.state = 'running' and r.run_type <> 'backfill'
  group by r.dag_id having count(*) > max(v.max_active_runs);

-- Invariant 15: a task instance that is queued or running has the open attempt that its dispatch made, started exactly if it is running.
create view invariant.i15_attempt_of_dispatch as
  select t.id, t.state, t.attempt_id from task_instance t
  left join task_attempt a on a.attempt_id = t.attempt_id and a.task_instance_id = t.id
  where t.state in ('queued', 'running')
    and (a.attempt_id is null or a.ended_at is not null or (a.started_at is not null) <> (t.state = 'running'));

-- Invariant 11: two runs of a Dag never share a logical date or an id (also a constraint).
create view invariant.i11_one_run as
  select dag_id, logical_date, count(*) from dag_run where logical_date is not null group by 1, 2 having count(*) > 1;
