/**
 * All that a round writes, as one statement: a dozen small ones cost more in parsing, binding and waking up than the writing itself.
 *
 * $1 runs, $2 task instances, $3 ended attempts, $4 events (JSON arrays of rows), $5 XComs (the same, as `json`: values keep their keys' order), $6
 * seconds of a lease, $7 the boot that starts attempts, $8 the moment at which they start. The runs are changed first, which is the order of locks: nothing else is
 * touched before they are. It fails with SQLSTATE WL001 where a run or a task instance is not as the decision saw it.
 */
export const COMMIT_STATEMENT = `
  with runs as (
    update dag_run r set state = g.state, queued_at = g.queued_at, start_date = g.start_date, end_date = g.end_date,
      last_scheduling_decision = coalesce(g.decided_at, r.last_scheduling_decision), version = r.version + 1, updated_at = clock_timestamp()
    from jsonb_to_recordset($1::jsonb) as g(id bigint, version bigint, state text, queued_at timestamptz, start_date timestamptz,
      end_date timestamptz, decided_at timestamptz)
    where r.id = g.id and r.version = g.version
    returning r.id
  ), given as (
    select * from jsonb_to_recordset($2::jsonb) as g(id bigint, from_attempt_id uuid, from_state text, state text, attempt_id uuid,
      try_number integer, max_tries integer, scheduled_at timestamptz, queued_at timestamptz, start_date timestamptz, end_date timestamptz,
      not_before timestamptz, error jsonb, hostname text, pid integer, carry json, trigger json, skips text[], result_length integer,
      rendered_map_index text)
  ), changed as (
    update task_instance t set state = g.state, attempt_id = g.attempt_id, try_number = g.try_number, max_tries = g.max_tries,
      scheduled_at = g.scheduled_at, queued_at = g.queued_at, start_date = g.start_date, end_date = g.end_date, not_before = g.not_before,
      carry = g.carry, trigger = g.trigger, skips = g.skips, result_length = g.result_length,
      rendered_map_index = coalesce(g.rendered_map_index, t.rendered_map_index),
      error = g.error, hostname = coalesce(g.hostname, t.hostname), pid = case when g.hostname is null then t.pid else g.pid end,
      dispatch_sequence = t.dispatch_sequence + (g.attempt_id <> g.from_attempt_id)::integer,
      lease_until = case when g.state = 'running' then clock_timestamp() + make_interval(secs => $6) end,
      -- A try that began before its run was moved to another version of its Dag keeps its own; the next attempt is one of the run's.
      dag_version_id = case when g.attempt_id = g.from_attempt_id then t.dag_version_id
        else (select r.dag_version_id from dag_run r where r.id = t.dag_run_id) end,
      updated_at = clock_timestamp()
    from given g
    where (select count(*) from runs) > 0
      and t.id = g.id and t.attempt_id = g.from_attempt_id and t.state is not distinct from g.from_state
    returning t.id, t.attempt_id, t.try_number, t.dispatch_sequence, t.state, t.queued_at, t.hostname, t.pid, g.from_attempt_id,
      t.dag_version_id, t.max_tries
  ), made as (
    -- An attempt is made where the attempt id changes; one that was queued by an earlier commit is only started.
    insert into task_attempt (attempt_id, task_instance_id, try_number, dispatch_sequence, queued_at, started_at, hostname, pid, boot_id,
      dag_version_id, max_tries)
    select attempt_id, id, try_number, dispatch_sequence, queued_at, case when state = 'running' then $8::timestamptz end, nullif(hostname, ''), pid,
      case when state = 'running' then $7::uuid end, dag_version_id, max_tries
    from changed where attempt_id <> from_attempt_id
  ), started as (
    update task_attempt a set started_at = $8::timestamptz, hostname = c.hostname, pid = c.pid, boot_id = $7::uuid
    from changed c where c.state = 'running' and c.attempt_id = c.from_attempt_id and a.attempt_id = c.attempt_id
  ), ended as (
    update task_attempt a set ended_at = g.ended_at, outcome = g.outcome, error = g.error
    from jsonb_to_recordset($3::jsonb) as g(attempt_id uuid, ended_at timestamptz, outcome text, error jsonb)
    where a.attempt_id = g.attempt_id
  ), forgotten as (
    -- As on Airflow a try starts without the XComs of the one before.
    delete from xcom x using changed c where c.attempt_id <> c.from_attempt_id and c.dispatch_sequence > 1 and x.task_instance_id = c.id
  ), announced as (
    insert into outbox (kind, attempt_id) select 'dispatch', attempt_id from changed where state = 'queued'
    on conflict (attempt_id) where attempt_id is not null do nothing
  ), taken as (
    -- Also where it is queued again in the same commit, as another attempt.
    delete from outbox o using changed c where o.attempt_id = c.from_attempt_id
      and (c.state is distinct from 'queued' or c.attempt_id <> c.from_attempt_id)
  ), events as (
    insert into event (at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason)
    select at, dag_id, dag_run_id, task_instance_id, attempt_id, from_state, to_state, try_number, reason
    from jsonb_to_recordset($4::jsonb) as g(n integer, at timestamptz, dag_id text, dag_run_id bigint, task_instance_id bigint,
      attempt_id uuid, from_state text, to_state text, try_number integer, reason text)
    order by n
    returning id
  ), xcoms as (
    -- A run that was deleted meanwhile has no task instances any more: its commit is refused by the version, not by the foreign key.
    insert into xcom (task_instance_id, key, value, object, bytes, length, encoded)
    select g.task_instance_id, g.key, g.value, g.object, g.bytes, g.length, coalesce(g.encoded, false)
    from json_to_recordset($5::json) as g(task_instance_id bigint, key text, value json, object text, bytes bigint, length integer,
      encoded boolean, attempt_id uuid)
    join task_instance t on t.id = g.task_instance_id
    -- An object counts only for the attempt that it was named for.
    where g.object is null or exists (select 1 from xcom_object o where o.address = g.object and o.attempt_id = g.attempt_id)
    on conflict (task_instance_id, key) do update set value = excluded.value, object = excluded.object, bytes = excluded.bytes,
      length = excluded.length, encoded = excluded.encoded, created_at = clock_timestamp()
  )
  select (select array_agg(id order by id) from events) as events,
    case when (select count(*) from runs) <> jsonb_array_length($1::jsonb)
      then refuse_commit(array(select (g->>'id')::bigint from jsonb_array_elements($1::jsonb) as g where (g->>'id')::bigint not in (select id from runs)))
    -- Whoever changes a task instance bumps its run's version, so this is somebody who did not; which run it was is not known.
    when (select count(*) from changed) <> jsonb_array_length($2::jsonb)
      then refuse_commit(array(select id from runs))
    end as refused`;
