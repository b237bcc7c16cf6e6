import type { Connection, Health, Pool, Variable } from "../types/settings.ts";
import { get } from "./get.ts";

/** All connections. */
export const connectionsQuery = () =>
  get<{ readonly connections: readonly Connection[]; readonly total_entries: number }>(["connections"], {
    path: "/api/v2/connections",
    query: { limit: 100 },
  });

/** All variables. */
export const variablesQuery = () =>
  get<{ readonly variables: readonly Variable[]; readonly total_entries: number }>(["variables"], {
    path: "/api/v2/variables",
    query: { limit: 100 },
  });

/** All pools with their slots. */
export const poolsQuery = () =>
  get<{ readonly pools: readonly Pool[]; readonly total_entries: number }>(["pools"], {
    path: "/api/v2/pools",
    query: { limit: 100 },
  });

/** Health of the parts. */
export const healthQuery = () => get<Health>(["health"], { path: "/api/v2/monitor/health" });
