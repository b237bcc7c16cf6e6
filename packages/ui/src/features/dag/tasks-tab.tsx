import { useQuery } from "@tanstack/react-query";
import { structureQuery } from "../../api/queries/dags.ts";
import type { Structure, StructureTask } from "../../api/types/dag.ts";
import { Loaded } from "../../atoms/loaded.tsx";
import "./tasks-tab.css";

/** The structure as a nested list: what comes before what, in the order in which tasks can run. */
export function TasksTab({ dagId, task }: { dagId: string; task: string | undefined }) {
  const query = useQuery(structureQuery(dagId));
  return <Loaded query={query}>{(structure) => <TaskTable structure={structure} wanted={task} />}</Loaded>;
}

function TaskTable({ structure, wanted }: { structure: Structure; wanted: string | undefined }) {
  const levels = levelsOf(structure.tasks);
  const downstream = new Map<string, string[]>();
  for (const { from, to } of structure.edges) downstream.set(from, [...(downstream.get(from) ?? []), to]);
  const ordered = [...structure.tasks].sort((a, b) => (levels.get(a.task_id) ?? 0) - (levels.get(b.task_id) ?? 0));
  return (
    <>
      <p className="dim">
        {structure.tasks.length} tasks, version {structure.version_number}. Indented by how many tasks come before at
        least.
      </p>
      <div className="table-box">
        <table className="rows" aria-label="Tasks">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Operator</th>
              <th scope="col">After</th>
              <th scope="col">Before</th>
              <th scope="col">Trigger rule</th>
              <th scope="col" className="right">
                Retries
              </th>
              <th scope="col">Pool</th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((task) => (
              <tr key={task.task_id} id={`task-${task.task_id}`} data-current={task.task_id === wanted}>
                <td className="task-name" style={{ paddingLeft: 10 + (levels.get(task.task_id) ?? 0) * 18 }}>
                  {task.task_id}
                </td>
                <td className="dim">{task.operator}</td>
                <td>
                  <Names names={task.upstream} />
                </td>
                <td>
                  <Names names={downstream.get(task.task_id) ?? []} />
                </td>
                <td className="dim">{task.trigger_rule}</td>
                <td className="right number">{task.retries}</td>
                <td className="dim">{task.pool}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Names({ names }: { names: readonly string[] }) {
  return names.length === 0 ? (
    <span className="dim">–</span>
  ) : (
    <>
      {names.map((name) => (
        <a key={name} className="tag" href={`#task-${name}`}>
          {name}
        </a>
      ))}
    </>
  );
}

/** For each task the longest chain of tasks before it. Linear: each task is looked at once. */
function levelsOf(tasks: readonly StructureTask[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const waiting = new Map(tasks.map((task) => [task.task_id, task.upstream.length]));
  const after = new Map<string, string[]>();
  for (const { task_id: id, upstream } of tasks)
    for (const each of upstream) after.set(each, [...(after.get(each) ?? []), id]);
  const ready = tasks.filter(({ upstream }) => upstream.length === 0).map(({ task_id }) => task_id);
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    const level = levels.get(next) ?? 0;
    levels.set(next, level);
    for (const each of after.get(next) ?? []) {
      levels.set(each, Math.max(levels.get(each) ?? 0, level + 1));
      const left = (waiting.get(each) ?? 1) - 1;
      waiting.set(each, left);
      if (left === 0) ready.push(each);
    }
  }
  return levels;
}
