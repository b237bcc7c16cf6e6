import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import { Empty } from "../atoms/empty.tsx";
import { Loaded } from "../atoms/loaded.tsx";
import { SearchField } from "../atoms/search-field.tsx";
import { useTitle } from "../atoms/use-title.ts";
import {
  DOCUMENTS,
  type DocumentName,
  type ReferenceOperation,
  referenceQuery,
} from "../features/reference/openapi.ts";
import { OperationView } from "../features/reference/operation-view.tsx";
import { serverUrl } from "../page-facts.ts";
import { referenceSearch } from "./searches.ts";
import "../features/reference/reference.css";

// A tab is current by its whole search, not by the path that all of them share.
const EXACT = { exact: true };
const route = getRouteApi("/shell/reference");

/** The served OpenAPI documents, browsable without a network. */
export function ReferencePage(): ReactNode {
  useTitle("API");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const api: DocumentName = search.api ?? "native";
  const query = useQuery(referenceQuery(api));
  const onSearch = useCallback(
    (q: string) => void navigate({ to: "/reference", search: referenceSearch({ ...search, q }), replace: true }),
    [navigate, search],
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>API</h1>
        <SearchField label="Search operations" value={search.q ?? ""} onChange={onSearch} />
        <a className="push" href={serverUrl() + DOCUMENTS[api].path} target="_blank" rel="noreferrer">
          {DOCUMENTS[api].path}
        </a>
      </div>
      <nav className="tabs" aria-label="APIs">
        {Object.entries(DOCUMENTS).map(([name, { name: title }]) => (
          <Link
            key={name}
            to="/reference"
            search={referenceSearch({ api: name, q: search.q })}
            activeOptions={EXACT}
            aria-current={api === name ? "page" : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      <Loaded query={query} rows={12}>
        {({ operations, schemas }) => {
          const wanted = (search.q ?? "").toLowerCase();
          const found = operations.filter(({ method, path, summary, id }) =>
            `${method} ${path} ${summary} ${id}`.toLowerCase().includes(wanted),
          );
          const open = operations.find(({ id }) => id === search.op);
          return (
            <div className="reference">
              <div className="reference-list">
                {groupsOf(found).map(([group, members]) => (
                  <section key={group}>
                    <h2>{group}</h2>
                    {members.map((each) => (
                      <Link
                        key={each.id}
                        to="/reference"
                        search={referenceSearch({ ...search, op: each.id })}
                        className="reference-item"
                        activeOptions={EXACT}
                        aria-current={search.op === each.id ? "true" : undefined}
                        title={each.summary}
                      >
                        <span className="reference-method" data-method={each.method}>
                          {each.method}
                        </span>
                        <span>{each.path}</span>
                      </Link>
                    ))}
                  </section>
                ))}
                {found.length === 0 && <Empty title="No operation fits" />}
              </div>
              {open === undefined ? (
                <Empty title="Choose an operation">
                  Each comes with its parameters, schemas and an example in three languages.
                </Empty>
              ) : (
                <OperationView operation={open} schemas={schemas} />
              )}
            </div>
          );
        }}
      </Loaded>
    </div>
  );
}

function groupsOf(
  operations: readonly ReferenceOperation[],
): readonly (readonly [string, readonly ReferenceOperation[]])[] {
  const groups = new Map<string, ReferenceOperation[]>();
  for (const each of operations) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return [...groups];
}
