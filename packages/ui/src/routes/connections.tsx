import type { ReactNode } from "react";
/** Stub. */
export function ConnectionsPage(): ReactNode {
  return null;
}
