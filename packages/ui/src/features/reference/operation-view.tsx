import type { JsonObject } from "@windlass/contract/browser";
import { JsonView } from "../../atoms/json-view.tsx";
import { RequestPreview } from "../../atoms/request-preview.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { exampleRequest, type ReferenceOperation } from "./openapi.ts";
import { resolved } from "./resolve.ts";

/** One operation whole: parameters, body, answers, an example in three languages. */
export function OperationView({ operation, schemas }: { operation: ReferenceOperation; schemas: JsonObject }) {
  return (
    <article className="stack" aria-label={operation.id}>
      <h2>
        <code>
          {operation.method} {operation.path}
        </code>
      </h2>
      {operation.summary !== "" && <p>{operation.summary}</p>}
      {operation.description !== "" && operation.description !== operation.summary && (
        <Markdown text={operation.description} />
      )}
      {operation.parameters.length > 0 && (
        <section className="panel">
          <h2>Parameters</h2>
          <table className="rows">
            <tbody>
              {operation.parameters.map((each) => (
                <tr key={`${each.in} ${each.name}`}>
                  <td className="nowrap">
                    <code>{each.name}</code>
                    {each.required && <span className="bad"> *</span>}
                  </td>
                  <td className="dim">{each.in}</td>
                  <td>
                    {each.description} <code className="dim">{JSON.stringify(each.schema)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <section className="panel">
        <h2>Example</h2>
        <div className="panel-body">
          <RequestPreview requests={[exampleRequest(operation, schemas)]} />
        </div>
      </section>
      {operation.body !== null && (
        <details className="panel padded">
          <summary>Schema of the body</summary>
          <JsonView value={resolved(operation.body, schemas)} label="Schema of the body" />
        </details>
      )}
      {operation.responses.map(({ status, description, schema }) => (
        <details key={status} className="panel padded">
          <summary>
            <strong>{status}</strong> {description}
          </summary>
          {schema !== null && <JsonView value={resolved(schema, schemas)} label={`Schema of ${status}`} />}
        </details>
      ))}
    </article>
  );
}
