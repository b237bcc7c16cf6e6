import type { ReactNode } from "react";
/** Stub. */
export function UsersPage(): ReactNode {
  return null;
}
