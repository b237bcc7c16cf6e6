import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { toRefusal } from "../../api/parse-refusal.ts";
import { refusedOneQuery } from "../../api/queries/refused.ts";
import type { RefusedRequest } from "../../api/types/refused-request.ts";
import { CopyButton } from "../../atoms/copy-button.tsx";
import { JsonView } from "../../atoms/json-view.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import { OneRefusal } from "../../atoms/refusal-notice.tsx";
import { RequestPreview } from "../../atoms/request-preview.tsx";
import { Instant } from "../../time/instant.tsx";
import { correctedRequest } from "./corrected-request.ts";
import { ErrorPage } from "./error-page.tsx";

/** One refused request whole: why, how to mend it, what was sent, and what to send instead. */
export function RefusedDrawer({ requestId, onClose }: { requestId: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      opened={requestId !== undefined}
      onClose={onClose}
      position="right"
      size="min(760px, 92vw)"
      title="Refused request"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {requestId !== undefined && <Detail requestId={requestId} />}
    </Drawer>
  );
}

function Detail({ requestId }: { requestId: string }) {
  const query = useQuery(refusedOneQuery(requestId));
  return <Loaded query={query}>{(refused) => <Body refused={refused} />}</Loaded>;
}

function Body({ refused }: { refused: RefusedRequest }) {
  const corrected = correctedRequest(refused);
  const others = (refused.refusals ?? [])
    .map(toRefusal)
    .filter((each) => each !== undefined)
    .filter(({ code }) => code !== refused.code);
  return (
    <div className="stack">
      <div className="notice" data-tone="danger">
        <OneRefusal refusal={refused} />
        {others.map((each, index) => (
          <OneRefusal key={index} refusal={each} />
        ))}
      </div>
      <dl className="facts">
        <dt>Time</dt>
        <dd>
          <Instant at={refused.at} />
        </dd>
        <dt>Who</dt>
        <dd>
          {refused.account_name ?? <span className="dim">nobody known</span>}{" "}
          <span className="dim">
            {refused.credential_kind ?? "no credential"}
            {refused.credential_id === null ? "" : ` ${refused.credential_id}`}, through {refused.door}
          </span>
        </dd>
        <dt>Answer</dt>
        <dd>
          {refused.status} <code>{refused.code}</code>
        </dd>
        {refused.dag_id !== null && (
          <>
            <dt>Dag</dt>
            <dd>
              <Link to="/dags/$dagId" params={{ dagId: refused.dag_id }} search={{}}>
                {refused.dag_id}
              </Link>
            </dd>
          </>
        )}
        <dt>Request id</dt>
        <dd className="row">
          <code>{refused.request_id}</code>
          <CopyButton icon text={refused.request_id} label="Copy the request id" />
        </dd>
      </dl>
      <section className="panel" aria-label="Request sent">
        <h2>What was sent</h2>
        <div className="panel-body stack tight">
          <code>
            {refused.method} {refused.path}
          </code>
          {refused.request?.body != null && <JsonView value={refused.request.body} label="Body sent" />}
        </div>
      </section>
      {corrected !== undefined && (
        <section className="panel" aria-label="Corrected request">
          <h2>{corrected.changed ? "What would be accepted" : "The same, for an account that may send it"}</h2>
          <div className="panel-body">
            <RequestPreview requests={[corrected.request]} label="Corrected request" />
          </div>
        </section>
      )}
      <ErrorPage code={refused.code} />
    </div>
  );
}
