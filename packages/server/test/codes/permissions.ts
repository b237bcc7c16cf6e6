import { makeKey } from "./credentials.ts";
import { create } from "./operations.ts";
import { everywhere, type Provocation } from "./provocation.ts";

/** You are known, and may not do this. */
export const permissionProvocations: readonly Provocation[] = [
  { code: "permission.missing", on: everywhere((dialect) => ({ ...create(dialect, "mine"), as: "viewer" })) },
  {
    code: "permission.key_scope",
    on: everywhere((dialect) => async (world) => {
      const { token } = await makeKey(world, `narrow ${dialect}`, ["can_read on Pools"]);
      return { ...create(dialect, "mine"), as: null, headers: { authorization: `Bearer ${token}` } };
    }),
  },
  {
    code: "request.foreign_origin",
    on: everywhere((dialect) => ({ ...create(dialect, "mine"), headers: { origin: "https://elsewhere.example" } })),
  },
];
