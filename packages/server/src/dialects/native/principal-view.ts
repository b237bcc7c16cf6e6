import type { JsonObject, Principal } from "@windlass/contract";

/** Who somebody is, as `/me` and a log-in tell it. */
export function principalView(principal: Principal): JsonObject {
  return {
    name: principal.name,
    kind: principal.kind,
    roles: [...principal.roles],
    permissions: [...principal.permissions].sort(),
    credential: { kind: principal.credential.kind },
  };
}
