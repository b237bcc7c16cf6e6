import { SegmentedControl, Textarea } from "@mantine/core";
import type { Dispatch } from "react";
import type { FormEvent, FormState } from "./form-state.ts";
import type { FormParam } from "./param.ts";
import { ParamField } from "./param-field.tsx";

/** The params as fields by section, or the whole conf as JSON; each shows what the other wrote. */
export function ParamsPart({
  params,
  state,
  dispatch,
  errors,
}: {
  params: readonly FormParam[];
  state: FormState;
  dispatch: Dispatch<FormEvent>;
  errors: ReadonlyMap<string, string>;
}) {
  const known = new Set(params.map(({ name }) => name));
  const others = Object.keys(state.conf).filter((name) => !known.has(name));
  const inJson = state.json !== null;
  return (
    <section className="panel" aria-label="Params">
      <div className="panel-head">
        <h2>{params.length === 0 ? "Conf" : "Params"}</h2>
        <span className="push" />
        <SegmentedControl
          aria-label="How the conf is edited"
          data={[
            { value: "fields", label: "Fields" },
            { value: "json", label: "JSON" },
          ]}
          value={inJson ? "json" : "fields"}
          onChange={(view) => dispatch({ type: "view", json: view === "json" })}
        />
      </div>
      <div className="panel-body stack">
        {inJson ? (
          <Textarea
            label="Conf as JSON"
            classNames={{ input: "mono" }}
            autosize
            minRows={6}
            maxRows={30}
            spellCheck={false}
            value={state.json ?? ""}
            error={state.jsonProblem}
            onChange={(event) => dispatch({ type: "json", text: event.currentTarget.value })}
          />
        ) : (
          <>
            {params.length === 0 && (
              <p className="dim">
                This Dag declares no params. Anything it reads from <code>conf</code> can be given as JSON.
              </p>
            )}
            {sections(params).map(([section, members]) => (
              <Section key={section} name={section} failing={members.some(({ name }) => errors.has(name))}>
                {members.map((param) => (
                  <ParamField
                    key={param.name}
                    param={param}
                    value={state.conf[param.name]}
                    error={state.drafts[param.name] ?? errors.get(param.name)}
                    onChange={(value) => dispatch({ type: "value", name: param.name, value })}
                    onDraft={(problem) => dispatch({ type: "draft", name: param.name, problem })}
                  />
                ))}
              </Section>
            ))}
            {others.length > 0 && (
              <p className="dim">
                Also sent, given as JSON:{" "}
                {others.map((name) => (
                  <code key={name}>{name} </code>
                ))}
              </p>
            )}
          </>
        )}
        {inJson &&
          [...errors].map(([name, problem]) => (
            <p key={name} className="bad">
              <code>{name}</code>: {problem}
            </p>
          ))}
      </div>
    </section>
  );
}

/** A named part of the form. It opens by itself where a field of it is wrong. */
function Section({ name, failing, children }: { name: string; failing: boolean; children: React.ReactNode }) {
  if (name === "") return <div className="param-fields">{children}</div>;
  return (
    <details className="param-section" open={failing || undefined}>
      <summary>{name}</summary>
      <div className="param-fields">{children}</div>
    </details>
  );
}

function sections(params: readonly FormParam[]): readonly (readonly [string, readonly FormParam[]])[] {
  const found = new Map<string, FormParam[]>();
  for (const param of params) found.set(param.section, [...(found.get(param.section) ?? []), param]);
  return [...found];
}
