-- Assets: what tasks write and read and what schedules wait for, their events, the events that wait for a run of a Dag, and which run took which
-- event. Runs may stand for a partition.

create table asset (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 1500),
  uri text not null check (length(uri) between 1 and 1500),
  group_name text not null default 'asset',
  extra json not null default '{}',
  -- Some Dag or alias names it. Of those that are active, no two share a name or a uri; one that would is kept, but not active.
  is_active boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  constraint asset_identity unique (name, uri)
);
create unique index asset_active_name on asset (name) where is_active;
create unique index asset_active_uri on asset (uri) where is_active;
create index asset_uri on asset (uri);

create table asset_alias (
  id bigint generated always as identity primary key,
  name text not null unique check (length(name) between 1 and 1500),
  group_name text not null default 'asset'
);

-- Assets that events came to through an alias.
create table asset_alias_asset (
  alias_id bigint not null references asset_alias on delete cascade,
  asset_id bigint not null references asset on delete cascade,
  primary key (alias_id, asset_id)
);
create index asset_alias_asset_asset on asset_alias_asset (asset_id);

-- Which Dag waits for an asset, which task writes it, which reads it.
create table asset_reference (
  asset_id bigint not null references asset on delete cascade,
  kind text not null check (kind in ('schedule', 'outlet', 'inlet')),
  dag_id text not null references dag on delete cascade,
  -- Empty for a schedule.
  task_id text not null default '',
  -- Of a schedule: it goes by partitions.
  is_partitioned boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (asset_id, kind, dag_id, task_id)
);
create index asset_reference_dag on asset_reference (dag_id);

create table asset_alias_reference (
  alias_id bigint not null references asset_alias on delete cascade,
  kind text not null check (kind in ('schedule', 'outlet', 'inlet')),
  dag_id text not null references dag on delete cascade,
  task_id text not null default '',
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (alias_id, kind, dag_id, task_id)
);
create index asset_alias_reference_dag on asset_alias_reference (dag_id);

-- The source is told by names, because an event outlives the run that it comes from.
create table asset_event (
  id bigint generated always as identity primary key,
  asset_id bigint not null references asset on delete cascade,
  timestamp timestamptz not null,
  extra json not null default '{}',
  source_dag_id text,
  source_task_id text,
  source_run_id text,
  source_map_index integer not null default -1,
  partition_key text check (length(partition_key) between 1 and 250)
);
create index asset_event_asset on asset_event (asset_id, timestamp);
create index asset_event_source on asset_event (source_dag_id, source_run_id);

create table asset_alias_event (
  alias_id bigint not null references asset_alias on delete cascade,
  event_id bigint not null references asset_event on delete cascade,
  primary key (alias_id, event_id)
);
create index asset_alias_event_event on asset_alias_event (event_id);

-- Events that no run of the Dag has taken yet. A row for each event, not one for each asset: whoever adds one waits for nobody, and a run takes
-- exactly the rows that it deletes.
create table asset_queued_event (
  dag_id text not null references dag on delete cascade,
  event_id bigint not null references asset_event on delete cascade,
  asset_id bigint not null references asset on delete cascade,
  created_at timestamptz not null,
  primary key (dag_id, event_id)
);
create index asset_queued_event_asset on asset_queued_event (asset_id);
create index asset_queued_event_event on asset_queued_event (event_id);

create table dag_run_asset_event (
  dag_run_id bigint not null references dag_run on delete cascade,
  event_id bigint not null references asset_event on delete cascade,
  primary key (dag_run_id, event_id)
);
create index dag_run_asset_event_event on dag_run_asset_event (event_id);

-- What tasks and people keep beside an asset.
create table asset_state (
  asset_id bigint not null references asset on delete cascade,
  key text not null check (length(key) between 1 and 512),
  value json,
  updated_at timestamptz not null default clock_timestamp(),
  updated_by_kind text not null check (updated_by_kind in ('task', 'watcher', 'api')),
  updated_by_dag_id text,
  updated_by_run_id text,
  updated_by_task_id text,
  updated_by_map_index integer,
  primary key (asset_id, key)
);

alter table dag_run
  add column partition_key text check (length(partition_key) between 1 and 250),
  add column partition_date timestamptz;
create index dag_run_partition on dag_run (dag_id, partition_key) where partition_key is not null;

-- Invariant 19, for assets: no event is taken by two runs that a schedule on assets has made of one Dag, and what is taken waits no more.
create view invariant.i19_asset_events as
  select r.dag_id, l.event_id, count(*) as runs from dag_run_asset_event l
  join dag_run r on r.id = l.dag_run_id and r.run_type = 'asset_triggered' and r.partition_key is null
  group by r.dag_id, l.event_id having count(*) > 1
  union all
  select q.dag_id, q.event_id, 0 from asset_queued_event q
  join dag_run_asset_event l on l.event_id = q.event_id
  join dag_run r on r.id = l.dag_run_id and r.dag_id = q.dag_id and r.run_type = 'asset_triggered' and r.partition_key is null;
