import type { ReactNode } from "react";
/** Stub. */
export function ApiKeysPage(): ReactNode {
  return null;
}
