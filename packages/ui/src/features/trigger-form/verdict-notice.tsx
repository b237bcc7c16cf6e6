import { Checkbox } from "@mantine/core";
import { OneRefusal } from "../../atoms/refusal-notice.tsx";
import { WarningNotice } from "../../atoms/warning-notice.tsx";
import type { Verdict } from "./check-query.ts";

/** What the server would say to the form as it stands: the same decision as the call itself. */
export function VerdictNotice({
  verdict,
  dagId,
  isPaused,
  unpause,
  onUnpause,
}: {
  verdict: Verdict | undefined;
  dagId: string;
  isPaused: boolean;
  unpause: boolean;
  onUnpause: (unpause: boolean) => void;
}) {
  const choice = isPaused ? (
    <Checkbox
      mt={6}
      label={`Unpause ${dagId} as well`}
      checked={unpause}
      onChange={(event) => onUnpause(event.currentTarget.checked)}
    />
  ) : null;
  const warnings = verdict?.warnings ?? [];
  const offering = warnings.find(({ code, offer }) => offer !== undefined || code.includes("paused"));
  return (
    <>
      {warnings.map((warning) => (
        <WarningNotice key={warning.code} warning={warning}>
          {warning === offering ? choice : null}
        </WarningNotice>
      ))}
      {isPaused && offering === undefined && (
        <WarningNotice
          warning={{
            code: "dag.paused",
            summary: "The Dag is paused.",
            fix: "The run waits until the Dag is unpaused.",
          }}
        >
          {choice}
        </WarningNotice>
      )}
      {verdict !== undefined && !verdict.allowed && verdict.refusals.length > 0 && (
        <div className="notice" data-tone="danger" role="status" aria-label="What the server would answer">
          <p className="dim">As it stands, the server would answer {verdict.status}:</p>
          {verdict.refusals.map((refusal, index) => (
            <OneRefusal key={index} refusal={refusal} />
          ))}
        </div>
      )}
    </>
  );
}
