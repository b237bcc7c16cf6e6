import type { ReactNode } from "react";
/** Stub. */
export function RunsPage(): ReactNode {
  return null;
}
