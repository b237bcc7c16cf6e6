import { type Bound, judge, type Point, type Verdict } from "./flatness.ts";
import type { Role } from "../processes.ts";
import type { RoleSample, Sample } from "./sample.ts";

/** One thing that is followed, and the most that it may rise. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** Null: shown, and not judged. */
  readonly bound: Bound | null;
}

/** A series and what was decided about it. */
export interface Judged extends Series {
  readonly verdict: Verdict;
}

const MEGABYTE = 2 ** 20;
// An empty table holds a few pages; its sizes say nothing.
const SMALLEST_BYTES = 2 * MEGABYTE;
const MEMORY = { share: 0.04, least: 4 } as const;
const COUNT = { share: 0.02, least: 3 } as const;
const COST = { share: 0.1, least: 1 } as const;
const UNBOUND = { share: Infinity, least: Infinity } as const;
// The channel, and what the runner writes to its two outputs.
const HANDLES_OF_RUNNER = 3;
const STORED = { share: 0.1, least: 1 } as const;
const DEAD = { share: 0.25, least: 0.1 } as const;

function pointsOf(samples: readonly Sample[], valueOf: (sample: Sample) => number | null): readonly Point[] {
  return samples.flatMap((sample) => {
    const value = valueOf(sample);
    return value === null ? [] : [{ minute: sample.minute, value }];
  });
}

/**
 * What a table's size is judged by. One whose rows are deleted again comes to a steady size; one that keeps a history grows with its rows, and must not
 * grow for each of them.
 */
function tableSeries(samples: readonly Sample[], name: string): readonly Series[] {
  const last = samples.at(-1)?.tables[name];
  const middle = samples.find((each) => each.minute >= (samples.at(-1)?.minute ?? 0) / 2)?.tables[name];
  if (last === undefined || middle === undefined || last.bytes < SMALLEST_BYTES) return [];
  const grows = last.live > middle.live * 1.2;
  const size = grows
    ? {
        name: `table ${name}, for each row`,
        unit: "bytes",
        points: pointsOf(samples, ({ tables }) => {
          const table = tables[name];
          return table === undefined || table.live === 0 ? null : table.bytes / table.live;
        }),
      }
    : {
        name: `table ${name}`,
        unit: "MB",
        points: pointsOf(samples, ({ tables }) => (tables[name]?.bytes ?? 0) / MEGABYTE),
      };
  return [
    { ...size, bound: STORED },
    {
      name: `table ${name}, dead rows for each live one`,
      unit: "",
      points: pointsOf(samples, ({ tables }) => {
        const table = tables[name];
        return table === undefined ? null : table.dead / Math.max(table.live, 1_000);
      }),
      bound: DEAD,
    },
  ];
}

function each({ count }: RoleSample, value: number): number | null {
  return count === 0 ? null : value / count;
}

/** Processor time of a role for each run between two samples, in ms. */
function costOf(samples: readonly Sample[], role: Role): readonly Point[] {
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || sample.triggered === before.triggered) return [];
    const ms = sample.roles[role].processorMs - before.roles[role].processorMs;
    return [{ minute: sample.minute, value: ms / (sample.triggered - before.triggered) }];
  });
}

/** Everything that must be flat, and what is shown beside it. */
function seriesOf(samples: readonly Sample[]): readonly Series[] {
  const of = (name: string, unit: string, bound: Bound | null, valueOf: (sample: Sample) => number | null): Series => ({
    ...{ name, unit, bound, points: pointsOf(samples, valueOf) },
  });
  const names = Object.keys(samples.at(-1)?.tables ?? {}).sort();
  return [
    of("control: memory of its own", "MB", MEMORY, ({ roles }) => roles.control.anonymous),
    of("control: resident memory", "MB", MEMORY, ({ roles }) => roles.control.rss),
    of("control: heap after a major collection", "MB", MEMORY, ({ heapAfterMajor }) => heapAfterMajor),
    of(
      "control: open handles but those to runners",
      "",
      COUNT,
      ({ roles }) => roles.control.handles - HANDLES_OF_RUNNER * roles.runners.count,
    ),
    of("control: threads", "", COUNT, ({ roles }) => roles.control.threads),
    // How many there are follows how busy the machine is, up to the parallelism of the installation.
    of("runners: processes", "", null, ({ roles }) => roles.runners.count),
    of("runners: memory of its own, of each", "MB", MEMORY, ({ roles }) =>
      each(roles.runners, roles.runners.anonymous),
    ),
    of("runners: open handles, of each", "", COUNT, ({ roles }) => each(roles.runners, roles.runners.handles)),
    of("PostgreSQL: memory of its own", "MB", MEMORY, ({ roles }) => roles.postgres.anonymous),
    of("PostgreSQL: connections", "", COUNT, ({ connections }) => connections),
    of("other processes", "", COUNT, ({ roles }) => roles.other.count),
    ...(["control", "postgres"] as const).map((role) => ({
      ...{ name: `${role}: processor time for each run`, unit: "ms", bound: COST, points: costOf(samples, role) },
    })),
    of("trigger answered, p50", "ms", null, ({ triggerMs }) => triggerMs),
    of("chain of 5, trigger to end, p50", "ms", null, ({ chainMs }) => chainMs),
    ...names.flatMap((name) => tableSeries(samples, name)),
  ];
}

/** A series without points says nothing, and is not taken for flat. */
export function judgeAll(samples: readonly Sample[]): readonly Judged[] {
  return seriesOf(samples)
    .filter((series) => series.points.length > 0)
    .map((series) => ({ ...series, verdict: judge(series.points, series.bound ?? UNBOUND) }));
}
