import type { ReactNode } from "react";
/** Stub. */
export function RefusedPage(): ReactNode {
  return null;
}
