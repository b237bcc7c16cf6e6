-- XComs outside of the database: a row holds its value, or the address of the object that holds it, or what the author's own backend made of it.
-- Every object is named here before it is written, so that one which no XCom refers to (the run was deleted, the task ran again, a process died in
-- between) is found and deleted. It is deleted a second time once nobody can be writing it any more.
alter table xcom
  add column object text,
  add column bytes bigint,
  add column length integer,
  add column encoded boolean not null default false,
  add constraint xcom_value_or_object check (object is null or value is null);

create index xcom_object_address on xcom (object) where object is not null;

create table xcom_object (
  address text primary key,
  attempt_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz
);
