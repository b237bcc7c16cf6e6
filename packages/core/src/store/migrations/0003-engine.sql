-- What attempts hand on within a try, what branches leave out, how long results are that others are mapped over, and what deferred task
-- instances wait for.

alter table task_instance
  -- AttemptCarry of the contract: for the next attempt of the same try.
  add column carry json,
  -- Tasks that this one left out when it succeeded.
  add column skips text[],
  add column result_length integer check (result_length >= 0),
  add column rendered_map_index text;

-- One row for each deferred task instance; it is gone when the wait is over.
create table trigger (
  id bigint generated always as identity primary key,
  task_instance_id bigint not null unique references task_instance on delete cascade,
  dag_run_id bigint not null,
  -- The attempt that deferred: the fencing token of whoever ends the wait.
  attempt_id uuid not null,
  kind text not null,
  spec json not null,
  -- Kind moment: the moment. What is waited for by the clock is found by it.
  moment timestamptz,
  timeout_at timestamptz,
  -- Kinds that wait for runs: the Dag whose runs end the wait.
  awaited_dag_id text,
  created_at timestamptz not null default clock_timestamp()
);
create index trigger_due on trigger (least(moment, timeout_at)) where moment is not null or timeout_at is not null;
create index trigger_awaited on trigger (awaited_dag_id) where awaited_dag_id is not null;

-- Invariant 6: a deferred task instance has its trigger, and nothing else has one.
create view invariant.i06_triggers as
  select t.id, t.state from task_instance t left join trigger g on g.task_instance_id = t.id
  where (t.state is not distinct from 'deferred') <> (g.id is not null);
