import type { Dialect, RefusalCode } from "@windlass/contract";
import type { World, WorldName } from "./world.ts";

/** One request. Absent: a GET without a body, by the administrator's Basic credentials. */
export interface Ask {
  readonly path: string;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose Basic credentials go along; null: nobody's. */
  readonly as?: string | null;
}

/** A request, or what makes ready for one. */
export type Asking = Ask | ((world: World) => Promise<Ask>);

/** How one code is drawn out, on each dialect that can say it. */
export interface Provocation {
  readonly code: RefusalCode;
  /** @defaultValue usual */
  readonly where?: WorldName;
  readonly on: Readonly<Partial<Record<Dialect, Asking>>>;
}

/** The dialects that there are. */
export const DIALECTS: readonly Dialect[] = ["v1", "v2", "native"];

/** The same on every dialect. */
export function everywhere(asking: (dialect: Dialect) => Asking): Provocation["on"] {
  return { v1: asking("v1"), v2: asking("v2"), native: asking("native") };
}

/** The same on Airflow's two. */
export function onAirflows(asking: (dialect: "v1" | "v2") => Asking): Provocation["on"] {
  return { v1: asking("v1"), v2: asking("v2") };
}
