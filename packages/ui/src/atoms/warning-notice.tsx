import type { ReactNode } from "react";
import { InlineText } from "./inline-text.tsx";
import type { Warning } from "../api/refusal.ts";

/** Something that an allowed request should make known. */
export function WarningNotice({ warning, children }: { warning: Warning; children?: ReactNode }) {
  return (
    <div className="notice" data-tone="warn" role="status">
      <p>
        <strong>
          <InlineText text={warning.summary} />
        </strong>{" "}
        <InlineText text={warning.fix} />
      </p>
      {children}
    </div>
  );
}
