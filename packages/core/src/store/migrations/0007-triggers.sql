-- Waits that events end (runs and tasks of other Dags, people's answers), questions to people with what they answered, and runs that tasks
-- made: each at most once for a try, however often its attempt is repeated.

-- Airflow 3.3's state of a task instance that waits for a person.
alter table task_instance drop constraint task_instance_state_check;
alter table task_instance add constraint task_instance_state_check check (state in ('scheduled', 'queued', 'running', 'success', 'failed',
  'up_for_retry', 'up_for_reschedule', 'upstream_failed', 'skipped', 'removed', 'restarting', 'deferred', 'awaiting_input'));

-- All of Airflow 3.3's run types.
alter table dag_run drop constraint dag_run_run_type_check;
alter table dag_run add constraint dag_run_run_type_check check (run_type in ('manual', 'scheduled', 'backfill', 'asset_triggered',
  'operator_triggered', 'asset_materialization'));

alter table dag_run
  -- Which call of which try of which task instance made it: `task instance:try:call`. What repeats the call finds the run.
  add column trigger_key text;
create unique index dag_run_trigger_key on dag_run (trigger_key) where trigger_key is not null;

-- The runs that a wait watches, as `Dag id, blank, run id or logical date`: what a triggerer looks up when something happens in a run.
create function watched_runs(trigger json) returns text[] immutable parallel safe language sql as $$
  select array(
    select (trigger ->> 'dagId') || ' ' || name from (
      select trigger ->> 'runId' as name
      union all select json_array_elements_text(coalesce(trigger -> 'runIds', '[]'))
      union all select json_array_elements_text(coalesce(trigger -> 'logicalDates', '[]'))
    ) names where name is not null
  )
$$;
create index task_instance_watches on task_instance using gin (watched_runs(trigger))
  where state = 'deferred' and trigger ->> 'kind' in ('dag_run', 'task_instances');
-- The same by key, so that all of them can be gone through.
create index task_instance_watching on task_instance (id)
  where state = 'deferred' and trigger ->> 'kind' in ('dag_run', 'task_instances');

-- A question to a person, one for each try that asks, and its answer.
create table human_request (
  task_instance_id bigint not null references task_instance on delete cascade,
  try_number integer not null check (try_number > 0),
  -- The attempt that waits; an answer is for this attempt only.
  attempt_id uuid not null,
  -- HumanRequest of the contract; json, so that the fields of its form keep their order.
  request json not null,
  subject text not null,
  body text,
  created_at timestamptz not null,
  -- When the wait ends without an answer; null: never.
  due_at timestamptz,
  responded_at timestamptz,
  -- null beside a `responded_at`: nobody, the defaults were taken.
  responded_by_id text,
  responded_by_name text,
  chosen_options text[],
  params_input json,
  timed_out boolean not null default false,
  primary key (task_instance_id, try_number),
  constraint human_request_answer check ((responded_at is null) = (chosen_options is null))
);
create index human_request_open on human_request (created_at) where responded_at is null;

-- Invariant 6 again: a wait that an event ends needs no moment.
create or replace view invariant.i06_waits_are_due as
  select id, state from task_instance
  where not_before is null and (state in ('up_for_retry', 'up_for_reschedule') or (state = 'deferred' and trigger ->> 'kind' = 'moment'));

-- What waits for something says for what.
create view invariant.i06_waits_have_a_trigger as
  select id, state from task_instance where state in ('deferred', 'awaiting_input') and trigger is null;
