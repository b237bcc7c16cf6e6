import { type Provocation } from "./provocation.ts";
import { ROOT } from "./operations.ts";
import type { World } from "./world.ts";
import type { Ask } from "./provocation.ts";

interface Listed {
  readonly operations: readonly {
    readonly dialect: string;
    readonly method: string;
    readonly path: string;
    readonly implemented: boolean;
  }[];
}

/** The first operation of a dialect that is Airflow's and is not here. */
async function firstMissing(world: World, dialect: "v2"): Promise<Ask> {
  const { operations } = JSON.parse((await world.ask({ path: `${ROOT.native}/operations` })).text) as Listed;
  // What is read may be answered by a path of another operation that takes a name in this place.
  const missing = operations.find((each) => each.dialect === dialect && !each.implemented && each.method !== "GET");
  if (missing === undefined) throw new TypeError(`every operation of ${dialect} is here: excuse api.not_built`);
  return { method: missing.method as "GET", path: missing.path.replace(/\{\w+\}/g, "1") };
}

/** Airflow's operations that are not here yet, found by asking. */
export const notBuiltProvocations: readonly Provocation[] = [
  { code: "api.not_built", on: { v2: (world) => firstMissing(world, "v2") } },
];
