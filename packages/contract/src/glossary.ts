/**
 * The words of the project. They are Airflow's; no synonym of theirs occurs in code, wire or screen.
 *
 * - **Dag**: a directed acyclic graph of tasks with a schedule, written in one file.
 * - **Dag version**: one distinct content of a Dag's file, named by the hash of its bundle. A run stays on the version it was made with.
 * - **Dag run**: one execution of a Dag; `run_id` names it within its Dag.
 * - **Logical date**: the moment a run stands for (not the moment it runs). **Data interval**: the span whose data it handles.
 * - **Run after**: the moment before which a run does not start.
 * - **Task**: a node of a Dag. **Task instance**: a task within a run; `map_index` is -1 where the task is not mapped.
 * - **Try**: one round of a task instance, counted by `try_number` from 1. **Attempt**: one permission to run user code (a uuid); a try
 *   that was queued and never started gets a new attempt without a new try.
 * - **XCom**: a JSON value that a task instance leaves for others under a key; a handler's return value is the key `return_value`.
 * - **Pool**: a number of slots that task instances occupy while queued or running.
 * - **Trigger rule**: the condition on its upstream task instances under which a task instance starts.
 * - **Params**: a Dag's declared inputs with schema and defaults. **Conf**: what a caller sent to set them.
 * - **Connection**, **variable**: named settings that tasks ask for at run time.
 * - **Principal**: who makes a request. **Action**: what the request does. **Decision**: whether it may, with every verdict.
 * - **Refusal**: a "no" from the closed catalogue, with its reason and its mend.
 */
export const GLOSSARY_VERSION = 1;
