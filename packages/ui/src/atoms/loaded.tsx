import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asRefused } from "../api/refusal.ts";
import { RefusalNotice } from "./refusal-notice.tsx";
import { Skeleton } from "./skeleton.tsx";

/** What a query holds, or a skeleton, or the refusal that it met. Old data stays while it is asked again. */
export function Loaded<Data>({
  query,
  rows,
  children,
}: {
  query: UseQueryResult<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error !== null) return <RefusalNotice refused={asRefused(query.error)} />;
  return (
    <div role="status" aria-label="Loading">
      <Skeleton {...(rows === undefined ? {} : { rows })} />
    </div>
  );
}
