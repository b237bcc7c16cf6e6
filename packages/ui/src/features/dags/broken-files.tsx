import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { importErrorsQuery } from "../../api/queries/dags.ts";
import type { ImportError } from "../../api/types/dag.ts";
import { Instant } from "../../time/instant.tsx";
import "./broken-files.css";

/** Dag files that do not load: file, line, what is wrong and how to mend it. Nothing where all load. */
export function BrokenFiles() {
  const { data } = useQuery(importErrorsQuery());
  const errors = data?.import_errors ?? [];
  if (errors.length === 0) return null;
  return (
    <section className="notice broken-files" data-tone="danger" aria-label="Dag files that do not load">
      <h2 className="row">
        <IconAlertTriangle size={16} aria-hidden />
        {errors.length === 1 ? "1 Dag file does not load" : `${errors.length} Dag files do not load`}
      </h2>
      {errors.map((error) => (
        <BrokenFile key={error.import_error_id} error={error} />
      ))}
    </section>
  );
}

function BrokenFile({ error }: { error: ImportError }) {
  const firstLine = error.stack_trace.split("\n", 1)[0] ?? "";
  return (
    <details>
      <summary>
        <code>
          {error.filename}
          {error.line == null ? "" : `:${error.line}`}
        </code>{" "}
        {error.reason ?? error.summary ?? firstLine}
        {error.fix == null || error.fix === "" ? null : <span className="broken-fix">{error.fix}</span>}
      </summary>
      <pre className="block" tabIndex={0}>
        {error.stack_trace}
      </pre>
      <p className="dim">
        Seen <Instant at={error.timestamp} />
        {error.code == null ? null : (
          <>
            {" "}
            · <code>{error.code}</code>
          </>
        )}
      </p>
    </details>
  );
}
