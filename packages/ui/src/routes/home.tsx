import type { ReactNode } from "react";
/** Stub. */
export function HomePage(): ReactNode {
  return null;
}
