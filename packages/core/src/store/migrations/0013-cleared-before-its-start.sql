-- Invariant 5, more exactly: what is cleared after it was given a try, and before that was queued, gets the next one. So between two times in the queue
-- the try number may grow by as many as there were retries and clears.
create or replace view invariant.i05_try_number_grows as
  with queued as (
    select task_instance_id, id, try_number, lag(id) over w as before_id, lag(try_number) over w as before
    from event where task_instance_id is not null and to_state = 'queued' window w as (partition by task_instance_id order by id)
  )
  select q.task_instance_id, q.before, q.try_number from queued q
  where q.before is not null and q.try_number <> q.before and (q.try_number < q.before or q.try_number > q.before + (
    select count(*) from event e where e.task_instance_id = q.task_instance_id and e.id > q.before_id and e.id < q.id
      and (e.to_state is null or e.to_state = 'up_for_retry')));
