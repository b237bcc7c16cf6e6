import type { ReactNode } from "react";
/** Stub. */
export function DagPage(): ReactNode {
  return null;
}
