import { Link } from "@tanstack/react-router";
import { InlineText } from "./inline-text.tsx";
import type { Refusal, RefusedError } from "../api/refusal.ts";

/** A refusal at the control that met it: reason, fix, request id, and the way to its row in the refused-requests log. */
export function RefusalNotice({ refused, compact = false }: { refused: RefusedError; compact?: boolean }) {
  const [first, ...others] = refused.refusals;
  return (
    <div className="notice" data-tone="danger" role="alert">
      <OneRefusal refusal={first} />
      {!compact && others.length > 0 && (
        <details>
          <summary>
            {others.length} more {others.length === 1 ? "reason" : "reasons"}
          </summary>
          {others.map((each, index) => (
            <OneRefusal key={index} refusal={each} />
          ))}
        </details>
      )}
      {refused.requestId !== null && (
        <p className="dim">
          Request{" "}
          <Link to="/refused" search={{ id: refused.requestId }} className="mono">
            {refused.requestId}
          </Link>
          {refused.status > 0 && <> · {refused.status}</>} · <code>{first.code}</code>
        </p>
      )}
    </div>
  );
}

/** One cause: what is wrong, then what to do. */
export function OneRefusal({ refusal }: { refusal: Refusal }) {
  return (
    <>
      <p>
        <strong>{refusal.summary}.</strong> <InlineText text={refusal.reason} />
      </p>
      {refusal.fix !== "" && (
        <p>
          <InlineText text={refusal.fix} />
        </p>
      )}
      {refusal.missing !== undefined && refusal.missing.length > 0 && (
        <p>
          Missing:{" "}
          {refusal.missing.map((name, index) => (
            <span key={name}>
              {index > 0 && ", "}
              <code>{name}</code>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
