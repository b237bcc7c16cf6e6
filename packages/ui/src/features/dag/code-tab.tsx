import { useQuery } from "@tanstack/react-query";
import { sourceQuery } from "../../api/queries/dags.ts";
import { CopyButton } from "../../atoms/copy-button.tsx";
import { Empty } from "../../atoms/empty.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import "./code-tab.css";

/** The source of the Dag as the server has it. */
export function CodeTab({ dagId, file }: { dagId: string; file: string }) {
  const query = useQuery({ ...sourceQuery(dagId), retry: false });
  return (
    <Loaded query={query}>
      {({ content, version_number: version }) =>
        content === null ? (
          <Empty title="The source is not stored" />
        ) : (
          <section className="panel" aria-label="Source">
            <div className="panel-head">
              <code className="cut">{file}</code>
              {version !== null && <span className="dim">version {version}</span>}
              <span className="push" />
              <CopyButton text={content} label="Copy source" />
            </div>
            <pre className="source" tabIndex={0} aria-label="Source text">
              {content.split("\n").map((line, index) => (
                <span key={index} className="source-line" data-line={index + 1}>
                  {line}
                  {"\n"}
                </span>
              ))}
            </pre>
          </section>
        )
      }
    </Loaded>
  );
}
