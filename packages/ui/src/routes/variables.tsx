import type { ReactNode } from "react";
/** Stub. */
export function VariablesPage(): ReactNode {
  return null;
}
