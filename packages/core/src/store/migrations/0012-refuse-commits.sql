-- The statement that commits a round is sent together with COMMIT, so it has to refuse by itself what is not as the decision saw it.
-- The keys of the runs concerned are the error's detail.
create function refuse_commit(run_ids bigint[]) returns bigint language plpgsql as $$
begin
  raise exception using errcode = 'WL001', message = 'runs changed meanwhile', detail = array_to_json(run_ids)::text;
end
$$;
