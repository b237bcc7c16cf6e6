import { useQuery } from "@tanstack/react-query";
import { launchQuery } from "../../api/queries/runs.ts";
import { JsonView } from "../../atoms/json-view.tsx";
import { Loaded } from "../../atoms/loaded.tsx";

/** With what the run was launched: door, principal, credential, conf, params after defaults, version, environment names. */
export function LaunchPanel({ dagId, runId }: { dagId: string; runId: string }) {
  const query = useQuery(launchQuery(dagId, runId));
  return (
    <section className="panel" aria-label="Launch context">
      <h2>Launch context</h2>
      <div className="panel-body">
        <Loaded query={query}>
          {(launch) => (
            <dl className="facts">
              {Object.entries(launch).map(([name, value]) => (
                <Fact key={name} name={name}>
                  {typeof value === "object" && value !== null ? (
                    <JsonView value={value} label={name} />
                  ) : value === null ? (
                    <span className="dim">none</span>
                  ) : (
                    String(value)
                  )}
                </Fact>
              ))}
            </dl>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name.replaceAll("_", " ")}</dt>
      <dd>{children}</dd>
    </>
  );
}
