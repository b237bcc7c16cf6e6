-- What attempts hand on within a try, what branches leave out, how long results are that others are mapped over, and what deferred task
-- instances wait for (until `not_before`).

alter table task_instance
  -- AttemptCarry of the contract: for the next attempt of the same try.
  add column carry json,
  add column trigger json,
  -- Tasks that this one left out when it succeeded.
  add column skips text[],
  add column result_length integer check (result_length >= 0),
  add column rendered_map_index text;

-- Invariant 6: what waits is due at a moment.
create view invariant.i06_waits_are_due as
  select id, state from task_instance
  where state in ('up_for_retry', 'up_for_reschedule', 'deferred') and not_before is null;
