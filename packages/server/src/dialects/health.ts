import type { Instant } from "@windlass/contract";
import { isUnavailable } from "@windlass/core/queries";
import { readHealth } from "@windlass/core/queries";
import type { Server } from "../server.ts";

/** Whether a part is alive. */
export interface PartHealth {
  readonly status: "healthy" | "unhealthy" | null;
  readonly lastSeenAt: Instant | null;
}

/** The parts that Airflow's health answers name. */
export interface Health {
  readonly metadatabase: "healthy" | "unhealthy";
  readonly scheduler: PartHealth;
  readonly triggerer: PartHealth;
  readonly dagProcessor: PartHealth;
}

// Three missed beats.
const RECENT_SECONDS = 30;
const SILENT: PartHealth = { status: null, lastSeenAt: null };

/** Which parts gave a sign of life; a database that is away is told, not thrown. */
export async function healthOf(server: Server): Promise<Health> {
  try {
    const all = await readHealth(server.actions.database, RECENT_SECONDS);
    const part = (service: string): PartHealth => {
      const found = all.find((each) => each.service === service);
      return found === undefined
        ? SILENT
        : { status: found.isRecent ? "healthy" : "unhealthy", lastSeenAt: found.lastSeenAt };
    };
    return {
      metadatabase: "healthy",
      scheduler: part("scheduler"),
      triggerer: part("triggerer"),
      dagProcessor: part("dag-processor"),
    };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { metadatabase: "unhealthy", scheduler: SILENT, triggerer: SILENT, dagProcessor: SILENT };
  }
}
