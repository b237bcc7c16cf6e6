import type { ReactNode } from "react";
/** Stub. */
export function PoolsPage(): ReactNode {
  return null;
}
