-- What follows from a transition outside of the engine: callbacks (functions of authors, run as attempts of their own), notifications (alerts that
-- the control plane sends), and deadlines of runs. Each row is written in the transaction that causes it and stays until it is delivered or given up.

-- The Dag's deadlines, repeated from the serialized Dag so that making a run of a Dag without any reads nothing; null: none.
alter table dag_version add column deadlines jsonb;

create table deadline (
  id bigint generated always as identity primary key,
  dag_run_id bigint not null references dag_run on delete cascade,
  dag_version_id bigint not null references dag_version,
  -- Which of the version's deadlines.
  position integer not null,
  name text,
  reference text not null check (reference in ('queued_at', 'logical_date', 'moment', 'average_runtime')),
  -- The moment it is counted from.
  base_at timestamptz not null,
  -- null: the variable has not been read yet, or could not be.
  interval_seconds double precision,
  deadline_at timestamptz,
  -- Which one holds the interval, and what was wrong with it.
  variable text,
  problem text,
  -- Set once, by whoever finds it first.
  missed_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint deadline_of_run unique (dag_run_id, position),
  constraint deadline_interval check ((deadline_at is null) = (interval_seconds is null) and (deadline_at is not null or variable is not null))
);
create index deadline_open on deadline (id) where deadline_at is null and problem is null;
create index deadline_due on deadline (deadline_at) where missed_at is null;

create table callback (
  id bigint generated always as identity primary key,
  -- Names its log.
  uuid uuid not null unique default gen_random_uuid(),
  dag_run_id bigint not null references dag_run on delete cascade,
  -- Without a foreign key: it goes with its run.
  task_instance_id bigint,
  dag_version_id bigint not null references dag_version,
  -- Which of the functions that are called for the same reason.
  position integer not null check (position >= 0),
  -- One for each function, transition and try; the function sees it.
  dedupe_key text not null unique,
  -- CallbackSubject of the contract: what it is about, as it was. Json, not jsonb: texts of authors.
  subject json not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'success', 'failed')),
  deliveries integer not null default 0,
  not_before timestamptz not null,
  -- The fencing token of the delivery under way.
  attempt_id uuid,
  boot_id uuid,
  -- By the database's clock.
  lease_until timestamptz,
  error json,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz,
  constraint callback_lease check ((state = 'running') = (lease_until is not null and attempt_id is not null)),
  constraint callback_end check ((state in ('success', 'failed')) = (ended_at is not null))
);
create index callback_open on callback (not_before, id) where state in ('pending', 'running');
create index callback_run on callback (dag_run_id);
create unique index callback_attempt on callback (attempt_id) where attempt_id is not null;

alter table outbox
  add column dag_run_id bigint references dag_run on delete cascade,
  add column dedupe_key text unique,
  add column not_before timestamptz,
  add column deliveries integer not null default 0,
  -- By the database's clock: whoever is sending it.
  add column lease_until timestamptz,
  -- Why it was not sent the last time.
  add column problem text,
  add column given_up_at timestamptz,
  add constraint outbox_notification check (kind <> 'notification' or (dag_run_id is not null and dedupe_key is not null and not_before is not null));
create index outbox_run on outbox (dag_run_id) where dag_run_id is not null;
create index outbox_notification_due on outbox (not_before, id) where kind = 'notification' and sent_at is null and given_up_at is null;

-- Invariant 19, the part of deadlines: a run that succeeded in time has none left.
create view invariant.i19_met_deadlines as
  select d.id from deadline d join dag_run r on r.id = d.dag_run_id
  where d.missed_at is null and r.state = 'success' and r.end_date <= d.deadline_at;
