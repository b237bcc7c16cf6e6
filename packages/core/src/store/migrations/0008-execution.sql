-- Workers on other machines: they give signs of life like every service, with what they serve; and what an Airflow Task SDK that defers wants to
-- be called with when it goes on.

alter table service_heartbeat
  drop constraint service_heartbeat_service_check,
  add constraint service_heartbeat_service_check
    check (service in ('api-server', 'scheduler', 'dag-processor', 'executor', 'rescuer', 'cleaner', 'triggerer', 'worker',
      'callbacks', 'notifier', 'deadlines')),
  -- Of workers: process id, queues, parallelism, free slots, version.
  add column details jsonb,
  add constraint service_heartbeat_worker check (service <> 'worker' or details is not null);

-- An attempt reported by the execution API's own words names the method that is called when its wait is over. Windlass's own attempts need none:
-- their handlers run again from the top (task_instance.carry).
create table continuation (
  task_instance_id bigint primary key references task_instance on delete cascade,
  attempt_id uuid not null,
  next_method text not null,
  next_kwargs json not null default '{}'
);
