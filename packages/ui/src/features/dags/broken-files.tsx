import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { importErrorsQuery } from "../../api/queries/dags.ts";
import type { ImportError } from "../../api/types/dag.ts";
import { InlineText } from "../../atoms/inline-text.tsx";
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
  const place = error.line == null ? error.filename : `${error.filename}:${error.line}`;
  return (
    <details>
      <summary>
        <code>{place}</code> <InlineText text={withoutPlace(error.reason ?? error.summary ?? firstLine, place)} />{" "}
        {error.fix == null ? null : <InlineText text={error.fix} />}
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

// The reason names the place too, for those who read it alone.
function withoutPlace(reason: string, place: string): string {
  return reason.startsWith(`${place} `) ? reason.slice(place.length + 1) : reason;
}
