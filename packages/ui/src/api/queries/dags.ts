import { path } from "../request.ts";
import { NATIVE } from "../requests/native.ts";
import type { Capabilities, DagDetails, DagPage, ImportError, Structure } from "../types/dag.ts";
import { get } from "./get.ts";

/** How a list of Dags is narrowed. */
export interface DagFilter {
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly paused?: boolean | undefined;
  readonly hasErrors?: boolean | undefined;
  readonly orderBy?: string | undefined;
  readonly limit?: number;
  readonly offset?: number;
}

/** A page of Dags with their last runs. */
export const dagsQuery = ({ search, tags, paused, hasErrors, orderBy, limit = 100, offset = 0 }: DagFilter) =>
  get<DagPage>(["dags"], {
    path: `${NATIVE}/dags`,
    query: { search, tags, paused, has_errors: hasErrors, order_by: orderBy, limit, offset },
  });

/** Everything v2 tells about a Dag. */
export const dagQuery = (dagId: string) =>
  get<DagDetails>(["dag", dagId], { path: path`/api/v2/dags/${dagId}/details` });

/** The structure of a version; the newest without one. */
export const structureQuery = (dagId: string, version?: number) =>
  get<Structure>(["structure", dagId], {
    path: NATIVE + path`/dags/${dagId}/structure`,
    query: { version_number: version },
  });

/** Source text of a Dag. */
export const sourceQuery = (dagId: string) =>
  get<{ readonly content: string | null; readonly version_number: number | null }>(["source", dagId], {
    path: path`/api/v2/dagSources/${dagId}`,
  });

/** What I may do with a Dag. */
export const capabilitiesQuery = (dagId: string) => ({
  ...get<Capabilities>(["capabilities", dagId], { path: `${NATIVE}/capabilities`, query: { dag_id: dagId } }),
  staleTime: 60_000,
});

/** Dag files that do not load. */
export const importErrorsQuery = () =>
  get<{ readonly import_errors: readonly ImportError[]; readonly total_entries: number }>(["import-errors"], {
    path: `${NATIVE}/import-errors`,
    query: { limit: 100 },
  });

/** All tags. */
export const tagsQuery = () =>
  get<{ readonly tags: readonly string[] }>(["tags"], { path: "/api/v2/dagTags", query: { limit: 100 } });
