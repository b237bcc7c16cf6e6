import type { Dialect, RefusalCode } from "@windlass/contract";
import type { Ask, Provocation } from "./provocation.ts";
import type { World } from "./world.ts";

const RANGE = { from_date: "2026-01-01T00:00:00Z", to_date: "2026-01-03T00:00:00Z" };

function ask(dialect: Dialect, dagId: string, body: object = {}): Ask {
  const path = dialect === "native" ? "/api/windlass/v1/backfills/dry-run" : "/api/v2/backfills";
  return { method: "POST", path, body: { dag_id: dagId, ...RANGE, ...body } };
}

/** On v2 where it is made, and on the native dialect where it is only asked about. */
function asked(code: RefusalCode, dagId: string, body: object = {}): Provocation {
  return { code, on: { v2: ask("v2", dagId, body), native: ask("native", dagId, body) } };
}

async function made(world: World, dagId: string): Promise<number> {
  const { text } = await world.ask(ask("v2", dagId));
  const { id } = JSON.parse(text) as { readonly id: number };
  return id;
}

/** Backfills that are not there, are over, or cannot be made. */
export const backfillProvocations: readonly Provocation[] = [
  {
    code: "backfill.unknown",
    on: { v2: { path: "/api/v2/backfills/99" }, native: { path: "/api/windlass/v1/backfills/99" } },
  },
  {
    code: "backfill.already_running",
    on: {
      v2: async (world) => {
        await made(world, "daily_three");
        return ask("v2", "daily_three");
      },
    },
  },
  {
    code: "backfill.completed",
    on: {
      v2: async (world) => {
        const path = `/api/v2/backfills/${String(await made(world, "daily_too"))}`;
        await world.ask({ method: "PUT", path: `${path}/cancel` });
        return { method: "PUT", path: `${path}/pause` };
      },
    },
  },
  asked("backfill.not_periodic", "simple"),
  asked("backfill.timetable_silent", "own_dates"),
  asked("backfill.run_type_closed", "only_scheduled"),
  asked("backfill.dates_reversed", "daily", { to_date: "2025-01-01T00:00:00Z" }),
  asked("backfill.in_future", "daily", { from_date: "2200-01-01T00:00:00Z", to_date: "2200-02-01T00:00:00Z" }),
  asked("backfill.backwards_depends_on_past", "daily_past", { run_backwards: true }),
  asked("backfill.reprocess_depends_on_past", "daily_past"),
  { code: "backfill.no_runs", on: { v2: ask("v2", "yearly") } },
  asked("backfill.too_many_runs", "minutely", { from_date: "2025-01-01T00:00:00Z" }),
];
