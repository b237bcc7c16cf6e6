import { useQuery } from "@tanstack/react-query";
import type { Why } from "../../api/types/run.ts";
import { Instant } from "../../time/instant.tsx";

/** Why something waits; nothing where it moves or is over. */
export function WhyPanel({ query, what }: { query: Parameters<typeof useQuery<Why>>[0]; what: string }) {
  const { data } = useQuery<Why>(query);
  if (data === undefined || data.moving || data.reasons.length === 0) return null;
  return (
    <section className="notice" data-tone="warn" aria-label={`Why the ${what} waits`}>
      <h2>Why it waits</h2>
      {data.reasons.map((reason, index) => (
        <p key={index}>
          <strong>{reason.summary}</strong> {reason.fix}
          {reason.since == null ? null : (
            <span className="dim">
              {" "}
              since <Instant at={reason.since} relative />
            </span>
          )}
        </p>
      ))}
    </section>
  );
}
