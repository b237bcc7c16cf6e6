-- A check for each of the invariants that a view can hold; docs/invariants.md lists them with those that a constraint or a reading of the history
-- holds. What the event rows tell is compared with the states and with itself. Nothing of this is read by the product.

-- Invariant 2: an attempt that was started and is not over is the current one of a task instance that executes, or is to begin anew once it has ended.
create or replace view invariant.i02_one_lease as
  select t.id from task_instance t
  join task_attempt a on a.task_instance_id = t.id and a.started_at is not null and a.ended_at is null
  where a.attempt_id <> t.attempt_id or t.state is null or t.state not in ('running', 'restarting');

-- Invariant 3: what ends an attempt is an event of the attempt that was queued last.
create view invariant.i03_current_attempt as
  with numbered as (
    select e.*, count(*) filter (where to_state = 'queued') over (partition by task_instance_id order by id) as dispatch
    from event e where task_instance_id is not null
  )
  select e.id, e.attempt_id, q.attempt_id as current from numbered e
  join numbered q on q.task_instance_id = e.task_instance_id and q.dispatch = e.dispatch and q.to_state = 'queued'
  where e.from_state in ('queued', 'running', 'restarting') and e.attempt_id is distinct from q.attempt_id;

-- Invariant 4: each event of a task instance begins where the one before ended.
create view invariant.i04_unbroken_history as
  select id, before, from_state from (
    select id, from_state, lag(to_state) over w as before, row_number() over w as n
    from event where task_instance_id is not null window w as (partition by task_instance_id order by id)
  ) e where n > 1 and from_state is distinct from before;

-- The same of runs, with their own legal pairs.
create view invariant.i04_legal_run_transitions as
  select id, from_state, to_state from (
    select id, from_state, to_state, lag(to_state) over w as before, row_number() over w as n
    from event where task_instance_id is null window w as (partition by dag_run_id order by id)
  ) e
  where (n > 1 and from_state is distinct from before) or (coalesce(from_state, 'none'), to_state) not in (
    ('none', 'queued'), ('queued', 'running'), ('queued', 'success'), ('queued', 'failed'), ('running', 'success'), ('running', 'failed'),
    ('running', 'queued'), ('success', 'queued'), ('success', 'failed'), ('failed', 'queued'), ('failed', 'success'));

-- Invariant 5: from one dispatch to the next the try number stays, or grows by one behind a retry or a clear.
create view invariant.i05_try_number_grows as
  with queued as (
    select task_instance_id, id, try_number, lag(id) over w as before_id, lag(try_number) over w as before
    from event where task_instance_id is not null and to_state = 'queued' window w as (partition by task_instance_id order by id)
  )
  select q.task_instance_id, q.before, q.try_number from queued q
  where q.before is not null and q.try_number <> q.before and (q.try_number <> q.before + 1 or not exists (
    select 1 from event e where e.task_instance_id = q.task_instance_id and e.id > q.before_id and e.id < q.id
      and (e.to_state is null or e.to_state = 'up_for_retry')));

-- Invariant 6: what is due by itself is not left lying. Ten minutes are far beyond every bound of the services, on the database's clock.
create view invariant.i06_overdue as
  select t.id, t.state from task_instance t join dag_run r on r.id = t.dag_run_id join dag d on d.dag_id = r.dag_id
  where (t.state = 'running' and t.lease_until < clock_timestamp() - interval '10 minutes')
    or (r.state = 'running' and not d.is_paused and t.state in ('up_for_retry', 'up_for_reschedule', 'deferred')
      and greatest(t.not_before, t.updated_at, r.updated_at) < clock_timestamp() - interval '10 minutes' and t.not_before is not null);

-- Invariant 7: a run that the rules ended well has no failed leaf; one that they ended badly has a failed task. Hands may mark as they like.
create view invariant.i07_state_of_leaves as
  with ended as (
    select distinct on (e.dag_run_id) r.id, r.state, r.dag_version_id, e.reason from event e join dag_run r on r.id = e.dag_run_id
    where e.task_instance_id is null and r.state in ('success', 'failed') order by e.dag_run_id, e.id desc
  ), marked as (
    select distinct dag_run_id from event where task_instance_id is not null and reason in ('marked', 'cleared')
  )
  select r.id, r.state from ended r
  where r.reason = 'run_finished' and r.id not in (select dag_run_id from marked) and case r.state
    when 'failed' then not exists (select 1 from task_instance t where t.dag_run_id = r.id and t.state in ('failed', 'upstream_failed'))
    else exists (
      select 1 from task_instance t join dag_version v on v.id = r.dag_version_id
      cross join lateral json_array_elements(v.serialized -> 'tasks') as s(task)
      where t.dag_run_id = r.id and t.state in ('failed', 'upstream_failed') and s.task ->> 'taskId' = t.task_id
        and not (s.task ->> 'isTeardown')::boolean
        and not exists (select 1 from json_array_elements(v.serialized -> 'tasks') as o(task), json_array_elements_text(o.task -> 'upstreamTaskIds') as u(id)
          where u.id = t.task_id))
  end;

-- Invariant 9: with what is deferred where the pool includes that.
create or replace view invariant.i09_pools as
  select p.name, p.slots, sum(t.pool_slots) as occupied
  from pool p join task_instance t on t.pool = p.name and (t.state in ('queued', 'running') or (t.state = 'deferred' and p.include_deferred))
  where p.slots >= 0 group by p.name, p.slots having sum(t.pool_slots) > p.slots;

-- Invariant 10: the bounds of backfills, of a run's tasks, and of one task in a run and over all runs of its Dag.
drop view invariant.i16_backfill_runs;
create view invariant.i10_backfill_runs as
  select b.id, count(*) as running, b.max_active_runs
  from dag_run r join backfill b on b.id = r.backfill_id
  where r.state = 'running' group by b.id having count(*) > greatest(b.max_active_runs, 0);

create view invariant.i10_active_tasks as
  select t.dag_run_id, count(*) as active, (v.serialized ->> 'maxActiveTasks')::integer as bound
  from task_instance t join dag_run r on r.id = t.dag_run_id join dag_version v on v.id = r.dag_version_id
  where t.state in ('queued', 'running') group by t.dag_run_id, v.serialized ->> 'maxActiveTasks'
  having count(*) > (v.serialized ->> 'maxActiveTasks')::integer;

create view invariant.i10_active_of_task as
  with active as (
    select t.dag_id, t.task_id, t.dag_run_id, s.task ->> 'maxActivePerDag' as per_dag, s.task ->> 'maxActivePerRun' as per_run
    from task_instance t join dag_run r on r.id = t.dag_run_id join dag_version v on v.id = r.dag_version_id
    cross join lateral json_array_elements(v.serialized -> 'tasks') as s(task)
    where t.state in ('queued', 'running') and s.task ->> 'taskId' = t.task_id
  )
  select dag_id, task_id, null::bigint as dag_run_id, count(*) as active, max(per_dag::integer) as bound
  from active group by dag_id, task_id having bool_and(per_dag is not null) and count(*) > max(per_dag::integer)
  union all
  select dag_id, task_id, dag_run_id, count(*), max(per_run::integer)
  from active group by dag_id, task_id, dag_run_id having count(*) > max(per_run::integer);

-- Invariant 12: leases are stamped by the database's clock: one that reaches further than any lease may was not.
create view invariant.i12_lease_by_database_clock as
  select 'task_instance' as of, id, lease_until from task_instance where lease_until > clock_timestamp() + interval '1 day'
  union all select 'callback', id, lease_until from callback where lease_until > clock_timestamp() + interval '1 day'
  union all select 'outbox', id, lease_until from outbox where lease_until > clock_timestamp() + interval '1 day';

-- Invariant 13: what is queued is announced until it starts, whoever lost an announcement; and nothing else is.
create view invariant.i13_queued_is_announced as
  select t.id, t.attempt_id from task_instance t
  where t.state = 'queued' and not exists (select 1 from outbox o where o.attempt_id = t.attempt_id and o.kind = 'dispatch');

create view invariant.i13_announced_is_queued as
  select o.id, o.attempt_id from outbox o where o.kind = 'dispatch' and not exists (
    select 1 from task_attempt a join task_instance t on t.id = a.task_instance_id and t.attempt_id = a.attempt_id
    where a.attempt_id = o.attempt_id and t.state = 'queued');

-- An announcement goes with its attempt, whoever deletes that: a run, a Dag, a task instance.
delete from outbox o where o.attempt_id is not null and not exists (select 1 from task_attempt a where a.attempt_id = o.attempt_id);
alter table outbox add constraint outbox_of_attempt foreign key (attempt_id) references task_attempt on delete cascade;

-- Invariant 14: an attempt that a hand ended has no outcome of its own.
create view invariant.i14_no_outcome_after_the_end as
  select a.attempt_id, a.outcome, e.to_state from task_attempt a
  join lateral (
    select e.to_state, e.reason from event e where e.task_instance_id = a.task_instance_id and e.attempt_id = a.attempt_id
      and e.from_state in ('queued', 'running', 'restarting') and (e.to_state is null or e.to_state not in ('running', 'restarting'))
    order by e.id limit 1
  ) e on true
  where e.reason in ('marked', 'cleared', 'run_ended') and a.outcome is distinct from coalesce(e.to_state, 'cleared');

-- Invariant 15: the last event tells the state there is.
create view invariant.i15_state_of_events as
  select t.id, t.state, e.to_state from task_instance t
  left join (
    select distinct on (task_instance_id) task_instance_id, to_state from event where task_instance_id is not null order by task_instance_id, id desc
  ) e on e.task_instance_id = t.id
  where t.state is distinct from e.to_state and (e.task_instance_id is not null
    -- Old events of runs that were over are forgotten.
    or exists (select 1 from event c where c.dag_run_id = t.dag_run_id and c.reason = 'run_created'));

create view invariant.i15_run_state_of_events as
  select r.id, r.state, e.to_state from dag_run r
  join (select distinct on (dag_run_id) dag_run_id, to_state from event where task_instance_id is null order by dag_run_id, id desc) e
    on e.dag_run_id = r.id
  where r.state <> e.to_state;

-- What was queued and not started is over, or the current attempt.
create view invariant.i15_dispatch_of_attempt as
  select a.attempt_id, t.state from task_attempt a join task_instance t on t.id = a.task_instance_id
  where a.started_at is null and a.ended_at is null and (a.attempt_id <> t.attempt_id or t.state is distinct from 'queued');

-- Invariant 17: one effect for each key of a repeated request; the constraints refuse a second one.
create view invariant.i17_one_run_of_trigger as
  select trigger_key, count(*) as runs from dag_run where trigger_key is not null group by trigger_key having count(*) > 1;

-- Invariant 19: a miss is recorded once its moment is over and never before, and what is delivered has been tried.
create view invariant.i19_delivered as
  select 'callback' as of, id from callback where state <> 'pending' and deliveries < 1 and state = 'success'
  union all select 'notification', id from outbox where kind = 'notification' and sent_at is not null and (deliveries < 1 or given_up_at is not null);
