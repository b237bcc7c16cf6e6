import type { TaskInstance } from "../../api/types/run.ts";
import { JsonView } from "../../atoms/json-view.tsx";
import { Duration } from "../../time/duration.tsx";
import { Instant } from "../../time/instant.tsx";

/** What is known about a task instance. */
export function TaskFacts({ instance }: { instance: TaskInstance }) {
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    ["Operator", instance.operator],
    ["Try", `${instance.try_number} of ${instance.max_tries + 1}`],
    ["Scheduled", <Instant key="s" at={instance.scheduled_when} />],
    ["Queued", <Instant key="q" at={instance.queued_when} />],
    ["Start", <Instant key="b" at={instance.start_date} />],
    ["End", <Instant key="e" at={instance.end_date} />],
    ["Duration", <Duration key="d" from={instance.start_date} to={instance.end_date} />],
    ["Pool", `${instance.pool} (${instance.pool_slots} ${instance.pool_slots === 1 ? "slot" : "slots"})`],
    ["Priority weight", instance.priority_weight],
    ["Queue", instance.queue],
    ["Host", instance.hostname],
    ["Process", instance.pid],
    ["Attempt", <code key="a">{instance.id}</code>],
    ["Note", instance.note],
  ];
  return (
    <section className="panel" aria-label="Facts of the task instance">
      <h2>Task instance</h2>
      <div className="panel-body">
        <dl className="facts">
          {rows.map(([name, value]) => (
            <FactRow key={name} name={name} value={value} />
          ))}
          {instance.rendered_fields !== null && Object.keys(instance.rendered_fields).length > 0 && (
            <FactRow
              name="Rendered fields"
              value={<JsonView value={instance.rendered_fields} label="Rendered fields" />}
            />
          )}
        </dl>
      </div>
    </section>
  );
}

function FactRow({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value ?? <span className="dim">–</span>}</dd>
    </>
  );
}
