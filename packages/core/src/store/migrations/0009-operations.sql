-- Operations on the past: a run may go on on a newer version of its Dag and its tries keep the version they were made on; tasks keep things
-- of their own between tries; deferred task instances may occupy their pool.

-- The versions a run was on before its present one. Whatever belongs to a run is on one of them, so task instances and attempts need no
-- foreign keys of their own, which every insert would pay for.
create table dag_run_version (
  dag_run_id bigint not null references dag_run(id) on delete cascade,
  dag_version_id bigint not null references dag_version(id),
  primary key (dag_run_id, dag_version_id)
);
create index dag_run_version_version on dag_run_version (dag_version_id);
create index dag_run_dag_version on dag_run (dag_version_id);
alter table task_instance drop constraint task_instance_dag_version_id_fkey;

alter table task_attempt
  -- As its task instance had them when the attempt was made.
  add column dag_version_id bigint,
  add column max_tries integer;
update task_attempt a set dag_version_id = t.dag_version_id, max_tries = t.max_tries from task_instance t where t.id = a.task_instance_id;

-- What a task keeps under keys of its own from try to try (Airflow's task state store). It outlives a clear.
create table task_store (
  dag_run_id bigint not null references dag_run(id) on delete cascade,
  task_id text not null,
  map_index integer not null default -1 check (map_index >= -1),
  key text not null check (length(key) between 1 and 512),
  value json not null,
  updated_at timestamptz not null default clock_timestamp(),
  -- null: it stays as long as its run.
  expires_at timestamptz,
  primary key (dag_run_id, task_id, map_index, key)
);
create index task_store_expires on task_store (expires_at) where expires_at is not null;

-- Tests of connections that were asked for, by the token of whoever asked. What was tested is kept by the process that tests alone.
create table connection_test (
  token text primary key,
  connection_id text not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'success', 'failed')),
  result_message text,
  created_at timestamptz not null default clock_timestamp()
);
create unique index connection_test_active on connection_test (connection_id) where state in ('pending', 'running');

create index task_instance_deferred on task_instance (pool) include (pool_slots) where state = 'deferred';

-- Invariant 7: no unfinished task instance in a run that is over, save what a hand cleared without having the run go on (`reset_dag_runs: false`).
create or replace view invariant.i07_terminal_runs as
  select r.id, r.state from dag_run r
  where r.state in ('success', 'failed') and exists (select 1 from task_instance t where t.dag_run_id = r.id
    and (t.state not in ('success', 'failed', 'upstream_failed', 'skipped', 'removed') or t.state is null and not exists (
      select 1 from event e where e.dag_run_id = r.id and e.task_instance_id = t.id and e.to_state is null and e.reason = 'cleared')));
