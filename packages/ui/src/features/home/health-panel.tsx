import { useQuery } from "@tanstack/react-query";
import { healthQuery } from "../../api/queries/settings.ts";
import { Loaded } from "../../atoms/loaded.tsx";
import { StateMark } from "../../state/state-mark.tsx";

/** Whether the parts of Windlass are well. */
export function HealthPanel() {
  const query = useQuery({ ...healthQuery(), refetchInterval: 15_000 });
  return (
    <section className="panel" aria-label="Health">
      <h2>Health</h2>
      <div className="panel-body">
        <Loaded query={query} rows={3}>
          {(health) => (
            <dl className="health">
              {Object.entries(health)
                .filter(([, part]) => typeof part === "object" && part !== null && "status" in part)
                .map(([name, part]) => (
                  <Part key={name} name={name} status={part?.status ?? null} />
                ))}
            </dl>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function Part({ name, status }: { name: string; status: string | null }) {
  return (
    <>
      <dt>{name.replaceAll("_", " ")}</dt>
      <dd className="row">
        <StateMark bare state={status === "healthy" ? "success" : status === null ? "none" : "failed"} />
        {status ?? "not running"}
      </dd>
    </>
  );
}
