-- Written by `npm run generate` from the migrations: never edit it, never run it.

create table public.account (
  id bigint not null generated always as identity,
  kind text not null default 'user'::text,
  user_name text not null,
  email text,
  first_name text not null default ''::text,
  last_name text not null default ''::text,
  password_hash text,
  active boolean not null default true,
  security_stamp uuid not null default gen_random_uuid(),
  created_at timestamp with time zone not null default clock_timestamp(),
  changed_at timestamp with time zone not null default clock_timestamp(),
  last_login_at timestamp with time zone,
  login_count integer not null default 0,
  failed_login_count integer not null default 0,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'service-account'::text]))),
  constraint account_user_name_check CHECK (((length(user_name) >= 1) AND (length(user_name) <= 250)))
);

create table public.account_role (
  account_id bigint not null,
  role_id bigint not null,
  constraint account_role_pkey PRIMARY KEY (account_id, role_id),
  constraint account_role_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  constraint account_role_role_id_fkey FOREIGN KEY (role_id) REFERENCES role(id) ON DELETE CASCADE
);

create table public.api_key (
  id bigint not null generated always as identity,
  account_id bigint not null,
  name text not null,
  token_hash bytea not null,
  display_id text not null,
  scopes jsonb,
  created_at timestamp with time zone not null default clock_timestamp(),
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_key_token_hash_key UNIQUE (token_hash),
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

create table public.asset (
  id bigint not null generated always as identity,
  name text not null,
  uri text not null,
  group_name text not null default 'asset'::text,
  extra json not null default '{}'::json,
  is_active boolean not null default true,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint asset_identity UNIQUE (name, uri),
  constraint asset_pkey PRIMARY KEY (id),
  constraint asset_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1500))),
  constraint asset_uri_check CHECK (((length(uri) >= 1) AND (length(uri) <= 1500)))
);

create table public.asset_alias (
  id bigint not null generated always as identity,
  name text not null,
  group_name text not null default 'asset'::text,
  constraint asset_alias_name_key UNIQUE (name),
  constraint asset_alias_pkey PRIMARY KEY (id),
  constraint asset_alias_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1500)))
);

create table public.asset_alias_asset (
  alias_id bigint not null,
  asset_id bigint not null,
  constraint asset_alias_asset_pkey PRIMARY KEY (alias_id, asset_id),
  constraint asset_alias_asset_alias_id_fkey FOREIGN KEY (alias_id) REFERENCES asset_alias(id) ON DELETE CASCADE,
  constraint asset_alias_asset_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES asset(id) ON DELETE CASCADE
);

create table public.asset_alias_event (
  alias_id bigint not null,
  event_id bigint not null,
  constraint asset_alias_event_pkey PRIMARY KEY (alias_id, event_id),
  constraint asset_alias_event_alias_id_fkey FOREIGN KEY (alias_id) REFERENCES asset_alias(id) ON DELETE CASCADE,
  constraint asset_alias_event_event_id_fkey FOREIGN KEY (event_id) REFERENCES asset_event(id) ON DELETE CASCADE
);

create table public.asset_alias_reference (
  alias_id bigint not null,
  kind text not null,
  dag_id text not null,
  task_id text not null default ''::text,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint asset_alias_reference_pkey PRIMARY KEY (alias_id, kind, dag_id, task_id),
  constraint asset_alias_reference_alias_id_fkey FOREIGN KEY (alias_id) REFERENCES asset_alias(id) ON DELETE CASCADE,
  constraint asset_alias_reference_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint asset_alias_reference_kind_check CHECK ((kind = ANY (ARRAY['schedule'::text, 'outlet'::text, 'inlet'::text])))
);

create table public.asset_event (
  id bigint not null generated always as identity,
  asset_id bigint not null,
  "timestamp" timestamp with time zone not null,
  extra json not null default '{}'::json,
  source_dag_id text,
  source_task_id text,
  source_run_id text,
  source_map_index integer not null default '-1'::integer,
  partition_key text,
  constraint asset_event_pkey PRIMARY KEY (id),
  constraint asset_event_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES asset(id) ON DELETE CASCADE,
  constraint asset_event_partition_key_check CHECK (((length(partition_key) >= 1) AND (length(partition_key) <= 250)))
);

create table public.asset_queued_event (
  dag_id text not null,
  event_id bigint not null,
  asset_id bigint not null,
  created_at timestamp with time zone not null,
  constraint asset_queued_event_pkey PRIMARY KEY (dag_id, event_id),
  constraint asset_queued_event_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES asset(id) ON DELETE CASCADE,
  constraint asset_queued_event_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint asset_queued_event_event_id_fkey FOREIGN KEY (event_id) REFERENCES asset_event(id) ON DELETE CASCADE
);

create table public.asset_reference (
  asset_id bigint not null,
  kind text not null,
  dag_id text not null,
  task_id text not null default ''::text,
  is_partitioned boolean not null default false,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint asset_reference_pkey PRIMARY KEY (asset_id, kind, dag_id, task_id),
  constraint asset_reference_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES asset(id) ON DELETE CASCADE,
  constraint asset_reference_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint asset_reference_kind_check CHECK ((kind = ANY (ARRAY['schedule'::text, 'outlet'::text, 'inlet'::text])))
);

create table public.asset_state (
  asset_id bigint not null,
  key text not null,
  value json,
  updated_at timestamp with time zone not null default clock_timestamp(),
  updated_by_kind text not null,
  updated_by_dag_id text,
  updated_by_run_id text,
  updated_by_task_id text,
  updated_by_map_index integer,
  constraint asset_state_pkey PRIMARY KEY (asset_id, key),
  constraint asset_state_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES asset(id) ON DELETE CASCADE,
  constraint asset_state_key_check CHECK (((length(key) >= 1) AND (length(key) <= 512))),
  constraint asset_state_updated_by_kind_check CHECK ((updated_by_kind = ANY (ARRAY['task'::text, 'watcher'::text, 'api'::text])))
);

create table public.audit_log (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default clock_timestamp(),
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
  request_id text,
  constraint audit_log_pkey PRIMARY KEY (id)
);

create table public.backfill (
  id bigint not null generated always as identity,
  dag_id text not null,
  from_date timestamp with time zone not null,
  to_date timestamp with time zone not null,
  dag_run_conf json,
  is_paused boolean not null default false,
  reprocess_behavior text not null,
  run_backwards boolean not null default false,
  max_active_runs integer not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  triggering_user text,
  constraint backfill_pkey PRIMARY KEY (id),
  constraint backfill_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint backfill_range CHECK ((from_date <= to_date)),
  constraint backfill_reprocess_behavior_check CHECK ((reprocess_behavior = ANY (ARRAY['none'::text, 'failed'::text, 'completed'::text])))
);

create table public.backfill_dag_run (
  backfill_id bigint not null,
  sort_ordinal integer not null,
  logical_date timestamp with time zone not null,
  dag_run_id bigint,
  exception_reason text,
  constraint backfill_dag_run_pkey PRIMARY KEY (backfill_id, sort_ordinal),
  constraint backfill_dag_run_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES backfill(id) ON DELETE CASCADE,
  constraint backfill_dag_run_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE SET NULL,
  constraint backfill_dag_run_exception_reason_check CHECK ((exception_reason = ANY (ARRAY['in flight'::text, 'already exists'::text, 'unknown'::text]))),
  constraint backfill_dag_run_sort_ordinal_check CHECK ((sort_ordinal >= 1))
);

create table public.bundle (
  hash text not null,
  relative_fileloc text not null,
  code bytea not null,
  source text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint bundle_pkey PRIMARY KEY (hash),
  constraint bundle_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
);

create table public.callback (
  id bigint not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  dag_run_id bigint not null,
  task_instance_id bigint,
  dag_version_id bigint not null,
  "position" integer not null,
  dedupe_key text not null,
  subject json not null,
  state text not null default 'pending'::text,
  deliveries integer not null default 0,
  not_before timestamp with time zone not null,
  attempt_id uuid,
  boot_id uuid,
  lease_until timestamp with time zone,
  error json,
  created_at timestamp with time zone not null default clock_timestamp(),
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint callback_dedupe_key_key UNIQUE (dedupe_key),
  constraint callback_uuid_key UNIQUE (uuid),
  constraint callback_pkey PRIMARY KEY (id),
  constraint callback_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint callback_dag_version_id_fkey FOREIGN KEY (dag_version_id) REFERENCES dag_version(id),
  constraint callback_end CHECK (((state = ANY (ARRAY['success'::text, 'failed'::text])) = (ended_at IS NOT NULL))),
  constraint callback_lease CHECK (((state = 'running'::text) = ((lease_until IS NOT NULL) AND (attempt_id IS NOT NULL)))),
  constraint callback_position_check CHECK (("position" >= 0)),
  constraint callback_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text])))
);

create table public.connection (
  connection_id text not null,
  id bigint not null generated always as identity,
  conn_type text not null,
  description text,
  host text,
  login text,
  schema text,
  port integer,
  password bytea,
  extra bytea,
  constraint connection_id_key UNIQUE (id),
  constraint connection_pkey PRIMARY KEY (connection_id),
  constraint connection_connection_id_check CHECK (((length(connection_id) >= 1) AND (length(connection_id) <= 250)))
);

create table public.connection_test (
  token text not null,
  connection_id text not null,
  state text not null default 'pending'::text,
  result_message text,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint connection_test_pkey PRIMARY KEY (token),
  constraint connection_test_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'running'::text, 'success'::text, 'failed'::text])))
);

create table public.continuation (
  task_instance_id bigint not null,
  attempt_id uuid not null,
  next_method text not null,
  next_kwargs json not null default '{}'::json,
  constraint continuation_pkey PRIMARY KEY (task_instance_id),
  constraint continuation_task_instance_id_fkey FOREIGN KEY (task_instance_id) REFERENCES task_instance(id) ON DELETE CASCADE
);

create table public.dag (
  dag_id text not null,
  display_name text,
  description text,
  relative_fileloc text not null,
  owners text[] not null default '{}'::text[],
  is_paused boolean not null,
  is_stale boolean not null default false,
  stale_since timestamp with time zone,
  has_import_errors boolean not null default false,
  current_version_id bigint,
  last_parsed_at timestamp with time zone,
  last_parse_seconds double precision,
  next_logical_date timestamp with time zone,
  next_data_interval_start timestamp with time zone,
  next_data_interval_end timestamp with time zone,
  next_run_after timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp(),
  timetable_version_id bigint,
  has_timetable boolean not null default false,
  timetable_ended boolean not null default false,
  constraint dag_pkey PRIMARY KEY (dag_id),
  constraint dag_current_version_id_fkey FOREIGN KEY (current_version_id) REFERENCES dag_version(id) DEFERRABLE INITIALLY DEFERRED
);

create table public.dag_favorite (
  account_id bigint not null,
  dag_id text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint dag_favorite_pkey PRIMARY KEY (account_id, dag_id),
  constraint dag_favorite_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE,
  constraint dag_favorite_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE
);

create table public.dag_run (
  id bigint not null generated always as identity,
  dag_id text not null,
  run_id text not null,
  state text not null,
  run_type text not null,
  triggered_by text not null,
  triggering_user text,
  logical_date timestamp with time zone,
  data_interval_start timestamp with time zone,
  data_interval_end timestamp with time zone,
  run_after timestamp with time zone not null,
  queued_at timestamp with time zone not null,
  start_date timestamp with time zone,
  end_date timestamp with time zone,
  last_scheduling_decision timestamp with time zone,
  conf json not null default '{}'::json,
  params json not null default '{}'::json,
  note text,
  note_account_id bigint,
  dag_version_id bigint not null,
  launch_context jsonb not null default '{}'::jsonb,
  clear_number integer not null default 0,
  version bigint not null default 0,
  scheduler_id text,
  scheduler_lease_until timestamp with time zone,
  updated_at timestamp with time zone not null default clock_timestamp(),
  partition_key text,
  partition_date timestamp with time zone,
  backfill_id bigint,
  trigger_key text,
  constraint dag_run_logical_date UNIQUE (dag_id, logical_date),
  constraint dag_run_run_id UNIQUE (dag_id, run_id),
  constraint dag_run_pkey PRIMARY KEY (id),
  constraint dag_run_backfill_id_fkey FOREIGN KEY (backfill_id) REFERENCES backfill(id) ON DELETE SET NULL,
  constraint dag_run_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint dag_run_dag_version_id_fkey FOREIGN KEY (dag_version_id) REFERENCES dag_version(id),
  constraint dag_run_end_date CHECK (((state = ANY (ARRAY['success'::text, 'failed'::text])) = (end_date IS NOT NULL))),
  constraint dag_run_interval CHECK (((data_interval_start IS NULL) = (data_interval_end IS NULL))),
  constraint dag_run_partition_key_check CHECK (((length(partition_key) >= 1) AND (length(partition_key) <= 250))),
  constraint dag_run_run_id_check CHECK (((length(run_id) >= 1) AND (length(run_id) <= 250))),
  constraint dag_run_run_type_check CHECK ((run_type = ANY (ARRAY['manual'::text, 'scheduled'::text, 'backfill'::text, 'asset_triggered'::text, 'operator_triggered'::text, 'asset_materialization'::text]))),
  constraint dag_run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'success'::text, 'failed'::text])))
);

create table public.dag_run_asset_event (
  dag_run_id bigint not null,
  event_id bigint not null,
  constraint dag_run_asset_event_pkey PRIMARY KEY (dag_run_id, event_id),
  constraint dag_run_asset_event_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint dag_run_asset_event_event_id_fkey FOREIGN KEY (event_id) REFERENCES asset_event(id) ON DELETE CASCADE
);

create table public.dag_run_version (
  dag_run_id bigint not null,
  dag_version_id bigint not null,
  constraint dag_run_version_pkey PRIMARY KEY (dag_run_id, dag_version_id),
  constraint dag_run_version_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint dag_run_version_dag_version_id_fkey FOREIGN KEY (dag_version_id) REFERENCES dag_version(id)
);

create table public.dag_tag (
  dag_id text not null,
  name text not null,
  constraint dag_tag_pkey PRIMARY KEY (dag_id, name),
  constraint dag_tag_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE
);

create table public.dag_version (
  id bigint not null generated always as identity,
  uuid uuid not null default gen_random_uuid(),
  dag_id text not null,
  version_number integer not null,
  content_hash text not null,
  bundle_hash text not null,
  serialized json not null,
  max_active_runs integer not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  deadlines jsonb,
  constraint dag_version_dag_id_version_number_key UNIQUE (dag_id, version_number),
  constraint dag_version_uuid_key UNIQUE (uuid),
  constraint dag_version_pkey PRIMARY KEY (id),
  constraint dag_version_bundle_hash_fkey FOREIGN KEY (bundle_hash) REFERENCES bundle(hash),
  constraint dag_version_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE,
  constraint dag_version_max_active_runs_check CHECK ((max_active_runs > 0)),
  constraint dag_version_version_number_check CHECK ((version_number > 0))
);

create table public.dag_version_task (
  dag_version_id bigint not null,
  task_id text not null,
  "position" integer not null,
  operator text not null,
  pool text not null,
  pool_slots integer not null,
  priority_weight integer not null,
  queue text not null,
  max_tries integer not null,
  start_date timestamp with time zone,
  end_date timestamp with time zone,
  constraint dag_version_task_pkey PRIMARY KEY (dag_version_id, "position"),
  constraint dag_version_task_dag_version_id_fkey FOREIGN KEY (dag_version_id) REFERENCES dag_version(id) ON DELETE CASCADE
);

create table public.deadline (
  id bigint not null generated always as identity,
  dag_run_id bigint not null,
  dag_version_id bigint not null,
  "position" integer not null,
  name text,
  reference text not null,
  base_at timestamp with time zone not null,
  interval_seconds double precision,
  deadline_at timestamp with time zone,
  variable text,
  problem text,
  missed_at timestamp with time zone,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint deadline_of_run UNIQUE (dag_run_id, "position"),
  constraint deadline_pkey PRIMARY KEY (id),
  constraint deadline_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint deadline_dag_version_id_fkey FOREIGN KEY (dag_version_id) REFERENCES dag_version(id),
  constraint deadline_interval CHECK ((((deadline_at IS NULL) = (interval_seconds IS NULL)) AND ((deadline_at IS NOT NULL) OR (variable IS NOT NULL)))),
  constraint deadline_reference_check CHECK ((reference = ANY (ARRAY['queued_at'::text, 'logical_date'::text, 'moment'::text, 'average_runtime'::text])))
);

create table public.event (
  id bigint not null generated always as identity,
  transaction_id xid8 not null default pg_current_xact_id(),
  at timestamp with time zone not null,
  dag_id text not null,
  dag_run_id bigint not null,
  task_instance_id bigint,
  attempt_id uuid,
  from_state text,
  to_state text,
  try_number integer,
  reason text not null,
  constraint event_pkey PRIMARY KEY (id)
);

create table public.human_request (
  task_instance_id bigint not null,
  try_number integer not null,
  attempt_id uuid not null,
  request json not null,
  subject text not null,
  body text,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone,
  responded_at timestamp with time zone,
  responded_by_id text,
  responded_by_name text,
  chosen_options text[],
  params_input json,
  timed_out boolean not null default false,
  constraint human_request_pkey PRIMARY KEY (task_instance_id, try_number),
  constraint human_request_task_instance_id_fkey FOREIGN KEY (task_instance_id) REFERENCES task_instance(id) ON DELETE CASCADE,
  constraint human_request_answer CHECK (((responded_at IS NULL) = (chosen_options IS NULL))),
  constraint human_request_try_number_check CHECK ((try_number > 0))
);

create table public.idempotency_key (
  account_id bigint not null,
  route text not null,
  key text not null,
  body_hash bytea not null,
  body jsonb,
  status integer,
  answer jsonb,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint idempotency_key_pkey PRIMARY KEY (account_id, route, key),
  constraint idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

create table public.import_error (
  id bigint not null generated always as identity,
  relative_fileloc text not null,
  dag_id text not null default ''::text,
  code text not null,
  reason text not null,
  fix text not null,
  line integer,
  column_number integer,
  trace text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint import_error_relative_fileloc_dag_id_code_reason_key UNIQUE (relative_fileloc, dag_id, code, reason),
  constraint import_error_pkey PRIMARY KEY (id)
);

create table public.installation (
  key text not null,
  value jsonb not null,
  constraint installation_pkey PRIMARY KEY (key)
);

create table public.late_report (
  id bigint not null generated always as identity,
  at timestamp with time zone not null default clock_timestamp(),
  attempt_id uuid not null,
  report text not null,
  constraint late_report_pkey PRIMARY KEY (id)
);

create table public.legal_transition (
  from_state text not null,
  to_state text not null,
  constraint legal_transition_pkey PRIMARY KEY (from_state, to_state)
);

create table public.login_throttle (
  subject text not null,
  failures integer not null,
  first_failure_at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  constraint login_throttle_pkey PRIMARY KEY (subject)
);

create table public.outbox (
  id bigint not null generated always as identity,
  kind text not null,
  attempt_id uuid,
  payload jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default clock_timestamp(),
  sent_at timestamp with time zone,
  dag_run_id bigint,
  dedupe_key text,
  not_before timestamp with time zone,
  deliveries integer not null default 0,
  lease_until timestamp with time zone,
  problem text,
  given_up_at timestamp with time zone,
  constraint outbox_dedupe_key_key UNIQUE (dedupe_key),
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint outbox_of_attempt FOREIGN KEY (attempt_id) REFERENCES task_attempt(attempt_id) ON DELETE CASCADE,
  constraint outbox_kind_check CHECK ((kind = ANY (ARRAY['dispatch'::text, 'notification'::text]))),
  constraint outbox_notification CHECK (((kind <> 'notification'::text) OR ((dag_run_id IS NOT NULL) AND (dedupe_key IS NOT NULL) AND (not_before IS NOT NULL))))
);

create table public.pool (
  name text not null,
  id bigint not null generated always as identity,
  slots integer not null,
  description text,
  include_deferred boolean not null default false,
  constraint pool_id_key UNIQUE (id),
  constraint pool_pkey PRIMARY KEY (name),
  constraint pool_name_check CHECK (((length(name) >= 1) AND (length(name) <= 256))),
  constraint pool_slots_check CHECK ((slots >= '-1'::integer))
);

create table public.refused_request (
  id bigint not null generated always as identity,
  request_id text not null,
  at timestamp with time zone not null default clock_timestamp(),
  account_id bigint,
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
  corrected jsonb,
  constraint refused_request_request_id_key UNIQUE (request_id),
  constraint refused_request_pkey PRIMARY KEY (id)
);

create table public.revoked_token (
  token_id text not null,
  expires_at timestamp with time zone not null,
  constraint revoked_token_pkey PRIMARY KEY (token_id)
);

create table public.role (
  id bigint not null generated always as identity,
  name text not null,
  built_in boolean not null default false,
  constraint role_name_key UNIQUE (name),
  constraint role_pkey PRIMARY KEY (id),
  constraint role_name_check CHECK (((length(name) >= 1) AND (length(name) <= 64)))
);

create table public.role_permission (
  role_id bigint not null,
  action text not null,
  resource text not null,
  constraint role_permission_pkey PRIMARY KEY (role_id, action, resource),
  constraint role_permission_role_id_fkey FOREIGN KEY (role_id) REFERENCES role(id) ON DELETE CASCADE
);

create table public.schema_migration (
  name text not null,
  sha256 text not null,
  breaking boolean not null,
  applied_at timestamp with time zone not null default clock_timestamp(),
  constraint schema_migration_pkey PRIMARY KEY (name)
);

create table public.scheme_use (
  scheme text not null,
  account_id bigint not null,
  client text not null default ''::text,
  uses bigint not null default 0,
  last_used_at timestamp with time zone not null,
  constraint scheme_use_pkey PRIMARY KEY (scheme, account_id, client),
  constraint scheme_use_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE
);

create table public.service_heartbeat (
  instance_id uuid not null,
  service text not null,
  boot_id uuid not null,
  hostname text not null,
  started_at timestamp with time zone not null default clock_timestamp(),
  last_seen_at timestamp with time zone not null default clock_timestamp(),
  details jsonb,
  constraint service_heartbeat_pkey PRIMARY KEY (instance_id, service),
  constraint service_heartbeat_service_check CHECK ((service = ANY (ARRAY['api-server'::text, 'scheduler'::text, 'dag-processor'::text, 'executor'::text, 'rescuer'::text, 'cleaner'::text, 'triggerer'::text, 'worker'::text, 'callbacks'::text, 'notifier'::text, 'deadlines'::text]))),
  constraint service_heartbeat_worker CHECK (((service <> 'worker'::text) OR (details IS NOT NULL)))
);

create table public.session (
  id bigint not null generated always as identity,
  token_hash bytea not null,
  account_id bigint not null,
  security_stamp uuid not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  last_seen_at timestamp with time zone not null default clock_timestamp(),
  expires_at timestamp with time zone not null,
  user_agent text,
  address text,
  constraint session_token_hash_key UNIQUE (token_hash),
  constraint session_pkey PRIMARY KEY (id),
  constraint session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id) ON DELETE CASCADE
);

create table public.task_attempt (
  attempt_id uuid not null,
  task_instance_id bigint not null,
  try_number integer not null,
  dispatch_sequence integer not null,
  queued_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  outcome text,
  hostname text,
  pid integer,
  boot_id uuid,
  error jsonb,
  dag_version_id bigint,
  max_tries integer,
  constraint task_attempt_dispatch UNIQUE (task_instance_id, try_number, dispatch_sequence),
  constraint task_attempt_pkey PRIMARY KEY (attempt_id),
  constraint task_attempt_task_instance_id_fkey FOREIGN KEY (task_instance_id) REFERENCES task_instance(id) ON DELETE CASCADE,
  constraint task_attempt_dispatch_sequence_check CHECK ((dispatch_sequence > 0)),
  constraint task_attempt_try_number_check CHECK ((try_number > 0))
);

create table public.task_instance (
  id bigint not null generated always as identity,
  dag_run_id bigint not null,
  dag_id text not null,
  task_id text not null,
  map_index integer not null default '-1'::integer,
  state text,
  try_number integer not null default 0,
  max_tries integer not null default 0,
  attempt_id uuid not null default gen_random_uuid(),
  dispatch_sequence integer not null default 0,
  operator text not null,
  pool text not null,
  pool_slots integer not null default 1,
  priority_weight integer not null default 1,
  queue text not null default 'default'::text,
  scheduled_at timestamp with time zone,
  queued_at timestamp with time zone,
  start_date timestamp with time zone,
  end_date timestamp with time zone,
  not_before timestamp with time zone,
  lease_until timestamp with time zone,
  hostname text not null default ''::text,
  pid integer,
  unixname text not null default ''::text,
  error jsonb,
  rendered_fields jsonb not null default '{}'::jsonb,
  note text,
  note_account_id bigint,
  dag_version_id bigint not null,
  updated_at timestamp with time zone not null default clock_timestamp(),
  carry json,
  trigger json,
  skips text[],
  result_length integer,
  rendered_map_index text,
  constraint task_instance_identity UNIQUE (dag_run_id, task_id, map_index),
  constraint task_instance_pkey PRIMARY KEY (id),
  constraint task_instance_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint task_instance_end CHECK (((state IS NULL) OR (state <> ALL (ARRAY['success'::text, 'failed'::text])) OR (end_date IS NOT NULL))),
  constraint task_instance_lease CHECK (((state = 'running'::text) = (lease_until IS NOT NULL))),
  constraint task_instance_map_index_check CHECK ((map_index >= '-1'::integer)),
  constraint task_instance_pool_slots_check CHECK ((pool_slots > 0)),
  constraint task_instance_result_length_check CHECK ((result_length >= 0)),
  constraint task_instance_state_check CHECK ((state = ANY (ARRAY['scheduled'::text, 'queued'::text, 'running'::text, 'success'::text, 'failed'::text, 'up_for_retry'::text, 'up_for_reschedule'::text, 'upstream_failed'::text, 'skipped'::text, 'removed'::text, 'restarting'::text, 'deferred'::text, 'awaiting_input'::text]))),
  constraint task_instance_try_number_check CHECK ((try_number >= 0))
);

create table public.task_store (
  dag_run_id bigint not null,
  task_id text not null,
  map_index integer not null default '-1'::integer,
  key text not null,
  value json not null,
  updated_at timestamp with time zone not null default clock_timestamp(),
  expires_at timestamp with time zone,
  constraint task_store_pkey PRIMARY KEY (dag_run_id, task_id, map_index, key),
  constraint task_store_dag_run_id_fkey FOREIGN KEY (dag_run_id) REFERENCES dag_run(id) ON DELETE CASCADE,
  constraint task_store_key_check CHECK (((length(key) >= 1) AND (length(key) <= 512))),
  constraint task_store_map_index_check CHECK ((map_index >= '-1'::integer))
);

create table public.timetable_date (
  dag_id text not null,
  logical_date timestamp with time zone not null,
  data_interval_start timestamp with time zone not null,
  data_interval_end timestamp with time zone not null,
  run_after timestamp with time zone not null,
  constraint timetable_date_pkey PRIMARY KEY (dag_id, logical_date),
  constraint timetable_date_dag_id_fkey FOREIGN KEY (dag_id) REFERENCES dag(dag_id) ON DELETE CASCADE
);

create table public.variable (
  key text not null,
  id bigint not null generated always as identity,
  value bytea not null,
  description text,
  constraint variable_id_key UNIQUE (id),
  constraint variable_pkey PRIMARY KEY (key),
  constraint variable_key_check CHECK ((length(key) <= 250))
);

create table public.xcom (
  task_instance_id bigint not null,
  key text not null,
  value json,
  created_at timestamp with time zone not null default clock_timestamp(),
  object text,
  bytes bigint,
  length integer,
  encoded boolean not null default false,
  constraint xcom_pkey PRIMARY KEY (task_instance_id, key),
  constraint xcom_task_instance_id_fkey FOREIGN KEY (task_instance_id) REFERENCES task_instance(id) ON DELETE CASCADE,
  constraint xcom_key_check CHECK (((length(key) >= 1) AND (length(key) <= 512))),
  constraint xcom_value_or_object CHECK (((object IS NULL) OR (value IS NULL)))
);

create table public.xcom_object (
  address text not null,
  attempt_id uuid not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  deleted_at timestamp with time zone,
  constraint xcom_object_pkey PRIMARY KEY (address)
);

CREATE UNIQUE INDEX account_user_name ON public.account USING btree (lower(user_name));

CREATE INDEX api_key_account ON public.api_key USING btree (account_id);

CREATE UNIQUE INDEX asset_active_name ON public.asset USING btree (name) WHERE is_active;

CREATE UNIQUE INDEX asset_active_uri ON public.asset USING btree (uri) WHERE is_active;

CREATE INDEX asset_uri ON public.asset USING btree (uri);

CREATE INDEX asset_alias_asset_asset ON public.asset_alias_asset USING btree (asset_id);

CREATE INDEX asset_alias_event_event ON public.asset_alias_event USING btree (event_id);

CREATE INDEX asset_alias_reference_dag ON public.asset_alias_reference USING btree (dag_id);

CREATE INDEX asset_event_asset ON public.asset_event USING btree (asset_id, "timestamp");

CREATE INDEX asset_event_source ON public.asset_event USING btree (source_dag_id, source_run_id);

CREATE INDEX asset_queued_event_asset ON public.asset_queued_event USING btree (asset_id);

CREATE INDEX asset_queued_event_event ON public.asset_queued_event USING btree (event_id);

CREATE INDEX asset_reference_dag ON public.asset_reference USING btree (dag_id);

CREATE INDEX audit_log_dag ON public.audit_log USING btree (dag_id, id DESC);

CREATE UNIQUE INDEX backfill_active ON public.backfill USING btree (dag_id) WHERE (completed_at IS NULL);

CREATE INDEX backfill_dag ON public.backfill USING btree (dag_id, id);

CREATE UNIQUE INDEX backfill_dag_run_run ON public.backfill_dag_run USING btree (dag_run_id, backfill_id) WHERE (dag_run_id IS NOT NULL);

CREATE UNIQUE INDEX callback_attempt ON public.callback USING btree (attempt_id) WHERE (attempt_id IS NOT NULL);

CREATE INDEX callback_open ON public.callback USING btree (not_before, id) WHERE (state = ANY (ARRAY['pending'::text, 'running'::text]));

CREATE INDEX callback_run ON public.callback USING btree (dag_run_id);

CREATE UNIQUE INDEX connection_test_active ON public.connection_test USING btree (connection_id) WHERE (state = ANY (ARRAY['pending'::text, 'running'::text]));

CREATE INDEX dag_next_run ON public.dag USING btree (next_run_after) WHERE ((NOT is_paused) AND (NOT is_stale));

CREATE INDEX dag_favorite_dag ON public.dag_favorite USING btree (dag_id);

CREATE INDEX dag_run_all_recent ON public.dag_run USING btree (run_after DESC, id DESC);

CREATE INDEX dag_run_backfill ON public.dag_run USING btree (backfill_id, state) WHERE (backfill_id IS NOT NULL);

CREATE INDEX dag_run_dag_version ON public.dag_run USING btree (dag_version_id);

CREATE INDEX dag_run_partition ON public.dag_run USING btree (dag_id, partition_key) WHERE (partition_key IS NOT NULL);

CREATE INDEX dag_run_queued ON public.dag_run USING btree (dag_id, run_after, id) WHERE ((state = 'queued'::text) AND (backfill_id IS NULL));

CREATE INDEX dag_run_recent ON public.dag_run USING btree (dag_id, run_after DESC, id DESC);

CREATE INDEX dag_run_running ON public.dag_run USING btree (dag_id) WHERE (state = 'running'::text);

CREATE UNIQUE INDEX dag_run_trigger_key ON public.dag_run USING btree (trigger_key) WHERE (trigger_key IS NOT NULL);

CREATE INDEX dag_run_asset_event_event ON public.dag_run_asset_event USING btree (event_id);

CREATE INDEX dag_run_version_version ON public.dag_run_version USING btree (dag_version_id);

CREATE INDEX deadline_due ON public.deadline USING btree (deadline_at) WHERE (missed_at IS NULL);

CREATE INDEX deadline_open ON public.deadline USING btree (id) WHERE ((deadline_at IS NULL) AND (problem IS NULL));

CREATE INDEX event_run ON public.event USING btree (dag_run_id, id);

CREATE INDEX human_request_open ON public.human_request USING btree (created_at) WHERE (responded_at IS NULL);

CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);

CREATE UNIQUE INDEX outbox_attempt ON public.outbox USING btree (attempt_id) WHERE (attempt_id IS NOT NULL);

CREATE INDEX outbox_notification_due ON public.outbox USING btree (not_before, id) WHERE ((kind = 'notification'::text) AND (sent_at IS NULL) AND (given_up_at IS NULL));

CREATE INDEX outbox_run ON public.outbox USING btree (dag_run_id) WHERE (dag_run_id IS NOT NULL);

CREATE INDEX outbox_unsent ON public.outbox USING btree (id) WHERE (sent_at IS NULL);

CREATE INDEX refused_request_account ON public.refused_request USING btree (account_id, id DESC);

CREATE INDEX refused_request_code ON public.refused_request USING btree (code, id DESC);

CREATE INDEX session_account ON public.session USING btree (account_id);

CREATE INDEX task_instance_deferred ON public.task_instance USING btree (pool) INCLUDE (pool_slots) WHERE (state = 'deferred'::text);

CREATE INDEX task_instance_occupying ON public.task_instance USING btree (pool, dag_id, dag_run_id, task_id) INCLUDE (pool_slots, state) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX task_instance_restarting ON public.task_instance USING btree (updated_at) WHERE (state = 'restarting'::text);

CREATE INDEX task_instance_watches ON public.task_instance USING gin (watched_runs(trigger)) WHERE ((state = 'deferred'::text) AND ((trigger ->> 'kind'::text) = ANY (ARRAY['dag_run'::text, 'task_instances'::text])));

CREATE INDEX task_instance_watching ON public.task_instance USING btree (id) WHERE ((state = 'deferred'::text) AND ((trigger ->> 'kind'::text) = ANY (ARRAY['dag_run'::text, 'task_instances'::text])));

CREATE INDEX task_store_expires ON public.task_store USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX xcom_object_address ON public.xcom USING btree (object) WHERE (object IS NOT NULL);

create view invariant.i01_started_once as
 SELECT task_instance_id,
    try_number,
    dispatch_sequence,
    count(*) AS starts
   FROM task_attempt a
  WHERE started_at IS NOT NULL
  GROUP BY task_instance_id, try_number, dispatch_sequence
 HAVING count(*) > 1;

create view invariant.i02_one_lease as
 SELECT t.id
   FROM task_instance t
     JOIN task_attempt a ON a.task_instance_id = t.id AND a.started_at IS NOT NULL AND a.ended_at IS NULL
  WHERE a.attempt_id <> t.attempt_id OR t.state IS NULL OR (t.state <> ALL (ARRAY['running'::text, 'restarting'::text]));

create view invariant.i03_current_attempt as
 WITH numbered AS (
         SELECT e_1.id,
            e_1.transaction_id,
            e_1.at,
            e_1.dag_id,
            e_1.dag_run_id,
            e_1.task_instance_id,
            e_1.attempt_id,
            e_1.from_state,
            e_1.to_state,
            e_1.try_number,
            e_1.reason,
            count(*) FILTER (WHERE e_1.to_state = 'queued'::text) OVER (PARTITION BY e_1.task_instance_id ORDER BY e_1.id) AS dispatch
           FROM event e_1
          WHERE e_1.task_instance_id IS NOT NULL
        )
 SELECT e.id,
    e.attempt_id,
    q.attempt_id AS current
   FROM numbered e
     JOIN numbered q ON q.task_instance_id = e.task_instance_id AND q.dispatch = e.dispatch AND q.to_state = 'queued'::text
  WHERE (e.from_state = ANY (ARRAY['queued'::text, 'running'::text, 'restarting'::text])) AND e.attempt_id IS DISTINCT FROM q.attempt_id;

create view invariant.i04_legal_run_transitions as
 SELECT id,
    from_state,
    to_state
   FROM ( SELECT event.id,
            event.from_state,
            event.to_state,
            lag(event.to_state) OVER w AS before,
            row_number() OVER w AS n
           FROM event
          WHERE event.task_instance_id IS NULL
          WINDOW w AS (PARTITION BY event.dag_run_id ORDER BY event.id)) e
  WHERE n > 1 AND from_state IS DISTINCT FROM before OR (COALESCE(from_state, 'none'::text) <> 'none'::text OR to_state <> 'queued'::text) AND (COALESCE(from_state, 'none'::text) <> 'queued'::text OR to_state <> 'running'::text) AND (COALESCE(from_state, 'none'::text) <> 'queued'::text OR to_state <> 'success'::text) AND (COALESCE(from_state, 'none'::text) <> 'queued'::text OR to_state <> 'failed'::text) AND (COALESCE(from_state, 'none'::text) <> 'running'::text OR to_state <> 'success'::text) AND (COALESCE(from_state, 'none'::text) <> 'running'::text OR to_state <> 'failed'::text) AND (COALESCE(from_state, 'none'::text) <> 'running'::text OR to_state <> 'queued'::text) AND (COALESCE(from_state, 'none'::text) <> 'success'::text OR to_state <> 'queued'::text) AND (COALESCE(from_state, 'none'::text) <> 'success'::text OR to_state <> 'failed'::text) AND (COALESCE(from_state, 'none'::text) <> 'failed'::text OR to_state <> 'queued'::text) AND (COALESCE(from_state, 'none'::text) <> 'failed'::text OR to_state <> 'success'::text);

create view invariant.i04_legal_transitions as
 SELECT id,
    from_state,
    to_state,
    reason
   FROM event e
  WHERE task_instance_id IS NOT NULL AND NOT (EXISTS ( SELECT 1
           FROM legal_transition l
          WHERE l.from_state = COALESCE(e.from_state, 'none'::text) AND l.to_state = COALESCE(e.to_state, 'none'::text)));

create view invariant.i04_unbroken_history as
 SELECT id,
    before,
    from_state
   FROM ( SELECT event.id,
            event.from_state,
            lag(event.to_state) OVER w AS before,
            row_number() OVER w AS n
           FROM event
          WHERE event.task_instance_id IS NOT NULL
          WINDOW w AS (PARTITION BY event.task_instance_id ORDER BY event.id)) e
  WHERE n > 1 AND from_state IS DISTINCT FROM before;

create view invariant.i05_try_number as
 SELECT a.task_instance_id,
    a.attempt_id
   FROM task_attempt a
     JOIN task_attempt b ON b.task_instance_id = a.task_instance_id AND b.queued_at < a.queued_at AND b.try_number > a.try_number;

create view invariant.i05_try_number_grows as
 WITH queued AS (
         SELECT event.task_instance_id,
            event.id,
            event.try_number,
            lag(event.id) OVER w AS before_id,
            lag(event.try_number) OVER w AS before
           FROM event
          WHERE event.task_instance_id IS NOT NULL AND event.to_state = 'queued'::text
          WINDOW w AS (PARTITION BY event.task_instance_id ORDER BY event.id)
        )
 SELECT task_instance_id,
    before,
    try_number
   FROM queued q
  WHERE before IS NOT NULL AND try_number <> before AND (try_number < before OR try_number > (before + (( SELECT count(*) AS count
           FROM event e
          WHERE e.task_instance_id = q.task_instance_id AND e.id > q.before_id AND e.id < q.id AND (e.to_state IS NULL OR e.to_state = 'up_for_retry'::text)))));

create view invariant.i06_overdue as
 SELECT t.id,
    t.state
   FROM task_instance t
     JOIN dag_run r ON r.id = t.dag_run_id
     JOIN dag d ON d.dag_id = r.dag_id
  WHERE t.state = 'running'::text AND t.lease_until < (clock_timestamp() - 'PT10M'::interval) OR r.state = 'running'::text AND NOT d.is_paused AND (t.state = ANY (ARRAY['up_for_retry'::text, 'up_for_reschedule'::text, 'deferred'::text])) AND GREATEST(t.not_before, t.updated_at, r.updated_at) < (clock_timestamp() - 'PT10M'::interval) AND t.not_before IS NOT NULL;

create view invariant.i06_waits_are_due as
 SELECT id,
    state
   FROM task_instance
  WHERE not_before IS NULL AND ((state = ANY (ARRAY['up_for_retry'::text, 'up_for_reschedule'::text])) OR state = 'deferred'::text AND (trigger ->> 'kind'::text) = 'moment'::text);

create view invariant.i06_waits_have_a_trigger as
 SELECT id,
    state
   FROM task_instance
  WHERE (state = ANY (ARRAY['deferred'::text, 'awaiting_input'::text])) AND trigger IS NULL;

create view invariant.i07_state_of_leaves as
 WITH ended AS (
         SELECT DISTINCT ON (e.dag_run_id) r_1.id,
            r_1.state,
            r_1.dag_version_id,
            e.reason
           FROM event e
             JOIN dag_run r_1 ON r_1.id = e.dag_run_id
          WHERE e.task_instance_id IS NULL AND (r_1.state = ANY (ARRAY['success'::text, 'failed'::text]))
          ORDER BY e.dag_run_id, e.id DESC
        ), marked AS (
         SELECT DISTINCT event.dag_run_id
           FROM event
          WHERE event.task_instance_id IS NOT NULL AND (event.reason = ANY (ARRAY['marked'::text, 'cleared'::text]))
        )
 SELECT id,
    state
   FROM ended r
  WHERE reason = 'run_finished'::text AND NOT (id IN ( SELECT marked.dag_run_id
           FROM marked)) AND
        CASE state
            WHEN 'failed'::text THEN NOT (EXISTS ( SELECT 1
               FROM task_instance t
              WHERE t.dag_run_id = r.id AND (t.state = ANY (ARRAY['failed'::text, 'upstream_failed'::text]))))
            ELSE (EXISTS ( SELECT 1
               FROM task_instance t
                 JOIN dag_version v ON v.id = r.dag_version_id
                 CROSS JOIN LATERAL json_array_elements(v.serialized -> 'tasks'::text) s(task)
              WHERE t.dag_run_id = r.id AND (t.state = ANY (ARRAY['failed'::text, 'upstream_failed'::text])) AND (s.task ->> 'taskId'::text) = t.task_id AND NOT ((s.task ->> 'isTeardown'::text)::boolean) AND NOT (EXISTS ( SELECT 1
                       FROM json_array_elements(v.serialized -> 'tasks'::text) o(task),
                        LATERAL json_array_elements_text(o.task -> 'upstreamTaskIds'::text) u(id)
                      WHERE u.id = t.task_id))))
        END;

create view invariant.i07_terminal_runs as
 SELECT id,
    state
   FROM dag_run r
  WHERE (state = ANY (ARRAY['success'::text, 'failed'::text])) AND (EXISTS ( SELECT 1
           FROM task_instance t
          WHERE t.dag_run_id = r.id AND ((t.state <> ALL (ARRAY['success'::text, 'failed'::text, 'upstream_failed'::text, 'skipped'::text, 'removed'::text])) OR t.state IS NULL AND NOT (EXISTS ( SELECT 1
                   FROM event e
                  WHERE e.dag_run_id = r.id AND e.task_instance_id = t.id AND e.to_state IS NULL AND e.reason = 'cleared'::text)))));

create view invariant.i09_pools as
 SELECT p.name,
    p.slots,
    sum(t.pool_slots) AS occupied
   FROM pool p
     JOIN task_instance t ON t.pool = p.name AND ((t.state = ANY (ARRAY['queued'::text, 'running'::text])) OR t.state = 'deferred'::text AND p.include_deferred)
  WHERE p.slots >= 0
  GROUP BY p.name, p.slots
 HAVING sum(t.pool_slots) > p.slots;

create view invariant.i10_active_of_task as
 WITH active AS (
         SELECT t.dag_id,
            t.task_id,
            t.dag_run_id,
            s.task ->> 'maxActivePerDag'::text AS per_dag,
            s.task ->> 'maxActivePerRun'::text AS per_run
           FROM task_instance t
             JOIN dag_run r ON r.id = t.dag_run_id
             JOIN dag_version v ON v.id = r.dag_version_id
             CROSS JOIN LATERAL json_array_elements(v.serialized -> 'tasks'::text) s(task)
          WHERE (t.state = ANY (ARRAY['queued'::text, 'running'::text])) AND (s.task ->> 'taskId'::text) = t.task_id
        )
 SELECT active.dag_id,
    active.task_id,
    NULL::bigint AS dag_run_id,
    count(*) AS active,
    max(active.per_dag::integer) AS bound
   FROM active
  GROUP BY active.dag_id, active.task_id
 HAVING bool_and(active.per_dag IS NOT NULL) AND count(*) > max(active.per_dag::integer)
UNION ALL
 SELECT active.dag_id,
    active.task_id,
    active.dag_run_id,
    count(*) AS active,
    max(active.per_run::integer) AS bound
   FROM active
  GROUP BY active.dag_id, active.task_id, active.dag_run_id
 HAVING count(*) > max(active.per_run::integer);

create view invariant.i10_active_runs as
 SELECT r.dag_id,
    count(*) AS running,
    max(v.max_active_runs) AS bound
   FROM dag_run r
     JOIN dag_version v ON v.id = r.dag_version_id
  WHERE r.state = 'running'::text AND r.backfill_id IS NULL
  GROUP BY r.dag_id
 HAVING count(*) > max(v.max_active_runs);

create view invariant.i10_active_tasks as
 SELECT t.dag_run_id,
    count(*) AS active,
    (v.serialized ->> 'maxActiveTasks'::text)::integer AS bound
   FROM task_instance t
     JOIN dag_run r ON r.id = t.dag_run_id
     JOIN dag_version v ON v.id = r.dag_version_id
  WHERE t.state = ANY (ARRAY['queued'::text, 'running'::text])
  GROUP BY t.dag_run_id, (v.serialized ->> 'maxActiveTasks'::text)
 HAVING count(*) > ((v.serialized ->> 'maxActiveTasks'::text)::integer);

create view invariant.i10_backfill_runs as
 SELECT b.id,
    count(*) AS running,
    b.max_active_runs
   FROM dag_run r
     JOIN backfill b ON b.id = r.backfill_id
  WHERE r.state = 'running'::text
  GROUP BY b.id
 HAVING count(*) > GREATEST(b.max_active_runs, 0);

create view invariant.i11_one_run as
 SELECT dag_id,
    logical_date,
    count(*) AS count
   FROM dag_run
  WHERE logical_date IS NOT NULL
  GROUP BY dag_id, logical_date
 HAVING count(*) > 1;

create view invariant.i12_lease_by_database_clock as
 SELECT 'task_instance'::text AS of,
    task_instance.id,
    task_instance.lease_until
   FROM task_instance
  WHERE task_instance.lease_until > (clock_timestamp() + 'P1D'::interval)
UNION ALL
 SELECT 'callback'::text AS of,
    callback.id,
    callback.lease_until
   FROM callback
  WHERE callback.lease_until > (clock_timestamp() + 'P1D'::interval)
UNION ALL
 SELECT 'outbox'::text AS of,
    outbox.id,
    outbox.lease_until
   FROM outbox
  WHERE outbox.lease_until > (clock_timestamp() + 'P1D'::interval);

create view invariant.i13_announced_is_queued as
 SELECT id,
    attempt_id
   FROM outbox o
  WHERE kind = 'dispatch'::text AND NOT (EXISTS ( SELECT 1
           FROM task_attempt a
             JOIN task_instance t ON t.id = a.task_instance_id AND t.attempt_id = a.attempt_id
          WHERE a.attempt_id = o.attempt_id AND t.state = 'queued'::text));

create view invariant.i13_queued_is_announced as
 SELECT id,
    attempt_id
   FROM task_instance t
  WHERE state = 'queued'::text AND NOT (EXISTS ( SELECT 1
           FROM outbox o
          WHERE o.attempt_id = t.attempt_id AND o.kind = 'dispatch'::text));

create view invariant.i14_no_outcome_after_the_end as
 SELECT a.attempt_id,
    a.outcome,
    e.to_state
   FROM task_attempt a
     JOIN LATERAL ( SELECT e_1.to_state,
            e_1.reason
           FROM event e_1
          WHERE e_1.task_instance_id = a.task_instance_id AND e_1.attempt_id = a.attempt_id AND (e_1.from_state = ANY (ARRAY['queued'::text, 'running'::text, 'restarting'::text])) AND (e_1.to_state IS NULL OR (e_1.to_state <> ALL (ARRAY['running'::text, 'restarting'::text])))
          ORDER BY e_1.id
         LIMIT 1) e ON true
  WHERE (e.reason = ANY (ARRAY['marked'::text, 'cleared'::text, 'run_ended'::text])) AND a.outcome IS DISTINCT FROM COALESCE(e.to_state, 'cleared'::text);

create view invariant.i15_attempt_of_dispatch as
 SELECT t.id,
    t.state,
    t.attempt_id
   FROM task_instance t
     LEFT JOIN task_attempt a ON a.attempt_id = t.attempt_id AND a.task_instance_id = t.id
  WHERE (t.state = ANY (ARRAY['queued'::text, 'running'::text])) AND (a.attempt_id IS NULL OR a.ended_at IS NOT NULL OR (a.started_at IS NOT NULL) <> (t.state = 'running'::text));

create view invariant.i15_dispatch_of_attempt as
 SELECT a.attempt_id,
    t.state
   FROM task_attempt a
     JOIN task_instance t ON t.id = a.task_instance_id
  WHERE a.started_at IS NULL AND a.ended_at IS NULL AND (a.attempt_id <> t.attempt_id OR t.state IS DISTINCT FROM 'queued'::text);

create view invariant.i15_run_state_of_events as
 SELECT r.id,
    r.state,
    e.to_state
   FROM dag_run r
     JOIN ( SELECT DISTINCT ON (event.dag_run_id) event.dag_run_id,
            event.to_state
           FROM event
          WHERE event.task_instance_id IS NULL
          ORDER BY event.dag_run_id, event.id DESC) e ON e.dag_run_id = r.id
  WHERE r.state <> e.to_state;

create view invariant.i15_state_of_events as
 SELECT t.id,
    t.state,
    e.to_state
   FROM task_instance t
     LEFT JOIN ( SELECT DISTINCT ON (event.task_instance_id) event.task_instance_id,
            event.to_state
           FROM event
          WHERE event.task_instance_id IS NOT NULL
          ORDER BY event.task_instance_id, event.id DESC) e ON e.task_instance_id = t.id
  WHERE t.state IS DISTINCT FROM e.to_state AND (e.task_instance_id IS NOT NULL OR (EXISTS ( SELECT 1
           FROM event c
          WHERE c.dag_run_id = t.dag_run_id AND c.reason = 'run_created'::text)));

create view invariant.i17_one_run_of_trigger as
 SELECT trigger_key,
    count(*) AS runs
   FROM dag_run
  WHERE trigger_key IS NOT NULL
  GROUP BY trigger_key
 HAVING count(*) > 1;

create view invariant.i19_asset_events as
 SELECT r.dag_id,
    l.event_id,
    count(*) AS runs
   FROM dag_run_asset_event l
     JOIN dag_run r ON r.id = l.dag_run_id AND r.run_type = 'asset_triggered'::text AND r.partition_key IS NULL
  GROUP BY r.dag_id, l.event_id
 HAVING count(*) > 1
UNION ALL
 SELECT q.dag_id,
    q.event_id,
    0 AS runs
   FROM asset_queued_event q
     JOIN dag_run_asset_event l ON l.event_id = q.event_id
     JOIN dag_run r ON r.id = l.dag_run_id AND r.dag_id = q.dag_id AND r.run_type = 'asset_triggered'::text AND r.partition_key IS NULL;

create view invariant.i19_delivered as
 SELECT 'callback'::text AS of,
    callback.id
   FROM callback
  WHERE callback.state <> 'pending'::text AND callback.deliveries < 1 AND callback.state = 'success'::text
UNION ALL
 SELECT 'notification'::text AS of,
    outbox.id
   FROM outbox
  WHERE outbox.kind = 'notification'::text AND outbox.sent_at IS NOT NULL AND (outbox.deliveries < 1 OR outbox.given_up_at IS NOT NULL);

create view invariant.i19_met_deadlines as
 SELECT d.id
   FROM deadline d
     JOIN dag_run r ON r.id = d.dag_run_id
  WHERE d.missed_at IS NULL AND r.state = 'success'::text AND r.end_date <= d.deadline_at;

CREATE OR REPLACE FUNCTION public.refuse_commit(run_ids bigint[])
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
begin
  raise exception using errcode = 'WL001', message = 'runs changed meanwhile', detail = array_to_json(run_ids)::text;
end
$function$
;

CREATE OR REPLACE FUNCTION public.watched_runs(trigger json)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array(
    select (trigger ->> 'dagId') || ' ' || name from (
      select trigger ->> 'runId' as name
      union all select json_array_elements_text(coalesce(trigger -> 'runIds', '[]'))
      union all select json_array_elements_text(coalesce(trigger -> 'logicalDates', '[]'))
    ) names where name is not null
  )
$function$
;
