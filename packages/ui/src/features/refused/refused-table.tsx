import { Link } from "@tanstack/react-router";
import type { RefusedRequest } from "../../api/types/refused-request.ts";
import { InlineText } from "../../atoms/inline-text.tsx";
import { Instant } from "../../time/instant.tsx";
import type { refusedSearch } from "../../routes/searches.ts";
import "./refused.css";

/** Refused requests, a line each, newest first. */
export function RefusedTable({
  refusals,
  search,
  current,
}: {
  refusals: readonly RefusedRequest[];
  search: ReturnType<typeof refusedSearch>;
  current: number;
}) {
  return (
    <div className="table-box">
      <table className="rows refused-table" aria-label="Refused requests">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Who</th>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col">Reason and fix</th>
          </tr>
        </thead>
        <tbody>
          {refusals.map((each, index) => (
            <tr
              key={each.request_id}
              id={`refused-${each.request_id}`}
              data-current={index === current || search.id === each.request_id}
            >
              <td className="nowrap">
                <Link to="/refused" search={{ ...search, id: each.request_id }}>
                  <span className="sr">{`Details of ${each.request_id}, `}</span>
                  <Instant at={each.at} relative />
                </Link>
              </td>
              <td className="nowrap">
                {each.account_name ?? <span className="dim">nobody known</span>}
                <span className="dim"> {each.credential_kind}</span>
              </td>
              <td className="refused-request">
                <code title={`${each.method} ${each.path}`}>
                  {each.method} {each.path}
                </code>
              </td>
              <td className="number">{each.status}</td>
              <td>
                <div className="refused-why">
                  <span>
                    <code className="tag">{each.code}</code> <InlineText text={each.reason} />
                  </span>
                  <span className="dim">
                    <InlineText text={each.fix} />
                  </span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
