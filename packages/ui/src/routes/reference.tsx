import type { ReactNode } from "react";
/** Stub. */
export function ReferencePage(): ReactNode {
  return null;
}
