import type { Chance } from "./chance.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Weather } from "./weather.ts";

/** What all processes of a world share. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** Milliseconds since 1970 when the world began. */
  readonly epochMs: number;
  weather: Weather;
  databaseDownUntil: number;
}
