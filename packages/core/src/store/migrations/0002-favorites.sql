-- Which Dags an account has marked as favourites, so that lists can be narrowed to them.

create table dag_favorite (
  account_id bigint not null references account on delete cascade,
  dag_id text not null references dag on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  primary key (account_id, dag_id)
);
create index dag_favorite_dag on dag_favorite (dag_id);
