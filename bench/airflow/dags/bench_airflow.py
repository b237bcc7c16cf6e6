"""The Dags of bench/dags/bench.ts, for Airflow: each task returns the wall clock in milliseconds at which its code ran."""

import time

from airflow.sdk import DAG, task


def work(task_id: str):
    @task(task_id=task_id)
    def noop():
        return time.time() * 1000

    return noop()


def bench(dag_id: str, **kwargs):
    return DAG(dag_id, schedule=None, catchup=False, max_active_runs=1000, max_active_tasks=1000, **kwargs)


with bench("bench_single"):
    work("only")

with bench("bench_paused", is_paused_upon_creation=True):
    work("only")

with bench("bench_chain"):
    last = None
    for i in range(10):
        this = work(f"t{i}")
        if last is not None:
            last >> this
        last = this

with bench("bench_fan"):
    first, end = work("first"), work("last")
    for i in range(100):
        first >> work(f"t{i}") >> end

with bench("bench_wide"):
    for i in range(100):
        work(f"t{i}")
