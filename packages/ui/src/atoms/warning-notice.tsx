import type { ReactNode } from "react";
import type { Warning } from "../api/refusal.ts";

/** Something that an allowed request should make known. */
export function WarningNotice({ warning, children }: { warning: Warning; children?: ReactNode }) {
  return (
    <div className="notice" data-tone="warn" role="status">
      <p>
        <strong>{warning.summary}</strong> {warning.fix}
      </p>
      {children}
    </div>
  );
}
