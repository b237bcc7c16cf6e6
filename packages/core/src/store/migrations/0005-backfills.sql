-- Backfills as objects: a range of past dates, the runs made for it, and a bound of its own on how many run at a time. And the dates of custom
-- timetables, which the author's functions name ahead in the parser's child, so that no scheduler ever runs them.

create table backfill (
  id bigint generated always as identity primary key,
  dag_id text not null references dag on delete cascade,
  from_date timestamptz not null,
  to_date timestamptz not null,
  -- null: every run has the empty conf.
  dag_run_conf json,
  is_paused boolean not null default false,
  reprocess_behavior text not null check (reprocess_behavior in ('none', 'failed', 'completed')),
  run_backwards boolean not null default false,
  -- 0 or less: none of its runs starts.
  max_active_runs integer not null,
  created_at timestamptz not null,
  completed_at timestamptz,
  updated_at timestamptz not null,
  triggering_user text,
  constraint backfill_range check (from_date <= to_date)
);
-- A Dag has one active backfill at a time.
create unique index backfill_active on backfill (dag_id) where completed_at is null;
create index backfill_dag on backfill (dag_id, id);

-- One row for each date of the range, in the order of the backfill: its run, or why it has none.
create table backfill_dag_run (
  backfill_id bigint not null references backfill on delete cascade,
  sort_ordinal integer not null check (sort_ordinal >= 1),
  logical_date timestamptz not null,
  dag_run_id bigint references dag_run on delete set null,
  exception_reason text check (exception_reason in ('in flight', 'already exists', 'unknown')),
  primary key (backfill_id, sort_ordinal)
);
create unique index backfill_dag_run_run on backfill_dag_run (dag_run_id, backfill_id) where dag_run_id is not null;

alter table dag_run add column backfill_id bigint references backfill on delete set null;
create index dag_run_backfill on dag_run (backfill_id, state) where backfill_id is not null;
-- Thousands of queued runs of a backfill, all of old dates, would stand before the one that a schedule has just made.
drop index dag_run_queued;
create index dag_run_queued on dag_run (dag_id, run_after, id) where state = 'queued' and backfill_id is null;

-- Dates that a custom timetable named ahead, those that have been made taken out.
create table timetable_date (
  dag_id text not null references dag on delete cascade,
  logical_date timestamptz not null,
  data_interval_start timestamptz not null,
  data_interval_end timestamptz not null,
  run_after timestamptz not null,
  primary key (dag_id, logical_date)
);
-- The version whose functions named the dates; null: they are to be asked for. The timetable has an end: there are none behind those stored.
alter table dag add column timetable_version_id bigint;
alter table dag add column has_timetable boolean not null default false;
alter table dag add column timetable_ended boolean not null default false;

-- Runs of a backfill count against the backfill, not against their Dag.
create or replace view invariant.i10_active_runs as
  select r.dag_id, count(*) as running, max(v.max_active_runs) as bound
  from dag_run r join dag_version v on v.id = r.dag_version_id
  where r.state = 'running' and r.backfill_id is null
  group by r.dag_id having count(*) > max(v.max_active_runs);

-- Invariant 16: the running runs of a backfill are within its bound.
create view invariant.i16_backfill_runs as
  select b.id, count(*) as running, b.max_active_runs
  from dag_run r join backfill b on b.id = r.backfill_id
  where r.state = 'running' group by b.id having count(*) > greatest(b.max_active_runs, 0);

-- First and last logical date of the runs that get an instance of the task; null: no bound.
alter table dag_version_task add column start_date timestamptz;
alter table dag_version_task add column end_date timestamptz;
