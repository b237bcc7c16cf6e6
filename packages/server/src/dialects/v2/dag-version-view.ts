import type { Instant } from "@windlass/contract";
import { z } from "./moments.ts";

/** The name that Airflow gives a plain folder of Dag files. */
export const BUNDLE_NAME = "dags-folder";

/** A Dag version as v2 shows it. */
export function dagVersionView(
  version: { readonly uuid: string; readonly versionNumber: number; readonly createdAt: Instant },
  dagId: string,
  displayName: string,
): Record<string, unknown> {
  return {
    id: version.uuid,
    version_number: version.versionNumber,
    dag_id: dagId,
    bundle_name: BUNDLE_NAME,
    bundle_version: null,
    created_at: z(version.createdAt),
    dag_display_name: displayName,
    bundle_url: null,
  };
}
