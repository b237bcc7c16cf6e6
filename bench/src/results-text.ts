import { type Row, shown, verdict } from "./figures.ts";
import { type Compared, TARGET_RATIO } from "./growth/growth-figures.ts";
import type { PeerResult } from "./peers/all-peers.ts";
import type { PeerFigures } from "./peers/peer-figures.ts";

/** What `bench/airflow` measured, or what was measured earlier. */
export interface AirflowFigures {
  readonly version: string;
  /** Which machine, when, under what load. */
  readonly measured: string;
  readonly perSecond: number;
  readonly startMs: number;
  readonly chainMs: number;
  readonly fanMs: number;
  /** A trigger request, one client, p50. */
  readonly triggerMs: number;
  readonly idleMegabytes: number;
}

/** Everything that RESULTS.md is made of. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly load: string;
  readonly rows: readonly Row[];
  readonly peers: readonly PeerResult[];
  readonly airflow: readonly AirflowFigures[];
  readonly growth: { readonly about: string; readonly points: readonly Compared[] } | null;
}

const SHARED: readonly (readonly [keyof PeerFigures, string, string])[] = [
  ["perSecond", "no-op work", "/s"],
  ["startMs", "start, p50", "ms"],
  ["chainMs", "chain of 10", "ms"],
  ["fanMs", "fan-out of 100", "ms"],
];

/** Targets against Airflow 3.3: how many times better. */
const AGAINST_AIRFLOW = { perSecond: 1_000, startMs: 140, chainMs: 500, triggerMs: 20, idleMegabytes: 4 } as const;

/** What Windlass has of the figures that peers have as well. */
export function ownFigures(rows: readonly Row[]): PeerFigures {
  return Object.fromEntries(rows.flatMap((row) => (row.shared === undefined ? [] : [[row.shared, row.value]])));
}

/** How many times better Windlass is: above one it is ahead. Undefined where one of them has no such figure. */
export function timesBetter(own: number | undefined, other: number | undefined, isRate: boolean): number | undefined {
  if (own === undefined || other === undefined) return undefined;
  return isRate ? own / other : other / own;
}

function times(value: number | undefined): string {
  return value === undefined ? "–" : `${shown(value)}x`;
}

function bound({ unit, target }: Row): string {
  return target === undefined ? "" : `${unit === "/s" ? ">=" : "<="} ${target} ${unit}`;
}

export function rowsTable(rows: readonly Row[]): readonly string[] {
  return [
    "| What | Figure | Target | |",
    "|---|---:|---:|---|",
    ...rows.map((row) => `| ${row.name} | ${shown(row.value)} ${row.unit} | ${bound(row)} | ${verdict(row)} |`),
  ];
}

export function peersTable(own: PeerFigures, peers: readonly PeerResult[]): readonly string[] {
  const line = (name: string, figures: PeerFigures, isOwn: boolean): string => {
    const cells = SHARED.flatMap(([key, , unit]) => {
      const value = figures[key];
      const figure = value === undefined ? "–" : `${shown(value)} ${unit}`;
      return [figure, isOwn ? "" : times(timesBetter(own[key], value, key === "perSecond"))];
    });
    return `| ${[name, ...cells].join(" | ")} |`;
  };
  const skipped = peers.filter((each) => "skipped" in each);
  return [
    `| | ${SHARED.map(([, title]) => `${title} | Windlass`).join(" | ")} |`,
    `|---|${SHARED.map(() => "---:|---:").join("|")}|`,
    line("**Windlass**", own, true),
    ...peers.flatMap((each) => ("figures" in each ? [line(each.name, each.figures, false)] : [])),
    ...(skipped.length > 0 ? [""] : []),
    ...skipped.map(({ name, skipped: reason }) => `- ${name} was skipped: ${reason.split("\n")[0] ?? ""}`),
  ];
}

export function airflowTable(
  own: Partial<Record<keyof typeof AGAINST_AIRFLOW | "fanMs", number>>,
  airflow: readonly AirflowFigures[],
): readonly string[] {
  const keys = [
    ["perSecond", "no-op task instances", "/s"],
    ["startMs", "trigger to start, p50", "ms"],
    ["chainMs", "chain of 10", "ms"],
    ["fanMs", "fan-out of 100", "ms"],
    ["triggerMs", "trigger request, p50", "ms"],
    ["idleMegabytes", "idle memory", "MB"],
  ] as const;
  return [
    `| | ${keys.map(([, title]) => `${title} | Windlass`).join(" | ")} |`,
    `|---|${keys.map(() => "---:|---:").join("|")}|`,
    ...airflow.map((each) => {
      const cells = keys.flatMap(([key, , unit]) => [
        `${shown(each[key])} ${unit}`,
        times(timesBetter(own[key], each[key], key === "perSecond")),
      ]);
      return `| ${[`Airflow ${each.version} (${each.measured})`, ...cells].join(" | ")} |`;
    }),
    `| target against 3.3 | ${keys.map(([key]) => `| ${key === "fanMs" ? "" : `>= ${AGAINST_AIRFLOW[key]}x`}`).join(" | ")} |`,
  ];
}

export function growthTable(points: readonly Compared[]): readonly string[] {
  const first = points.find((each) => each.marginal !== null)?.marginal ?? Number.NaN;
  return [
    "| Along | at | processor, control | PostgreSQL | runners | together | to the first | elapsed, to the first | one more task | to the first | |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ...points.map((point) => {
      const { axis, at, cost, processor, processorRatio, wallRatio, marginal } = point;
      const counted = marginal === null ? processorRatio : marginal / first;
      const cells = [
        ...[cost.control, cost.postgres, cost.runners, processor].map((value) => `${shown(value)} µs`),
        `${processorRatio.toFixed(2)}x`,
        `${wallRatio.toFixed(2)}x`,
        ...(marginal === null ? ["", ""] : [`${shown(marginal)} µs`, `${(marginal / first).toFixed(2)}x`]),
        counted <= TARGET_RATIO ? "met" : "short",
      ];
      return `| ${[axis, at.toLocaleString("en"), ...cells].join(" | ")} |`;
    }),
  ];
}

export function resultsText(results: Results): string {
  const own = ownFigures(results.rows);
  const named = (name: string): number | undefined => results.rows.find((row) => row.name.startsWith(name))?.value;
  const besides = {
    triggerMs: named("trigger over HTTP, one client, p50"),
    idleMegabytes: named("idle memory"),
  };
  const defined = Object.fromEntries(Object.entries(besides).filter(([, value]) => value !== undefined));
  return [
    "# Results",
    "",
    `Written by \`npm run bench\` on ${results.date}: ${results.machine}. ${results.load}`,
    "Embedded PostgreSQL 18 with `synchronous_commit=on`, full bookkeeping, real HTTP, real runner processes. What each row means stands in",
    "[README.md](README.md).",
    "",
    ...rowsTable(results.rows),
    "",
    "## Peers",
    "",
    "In the same run, each as a process of its own on its own data. The column behind each figure says how many times better Windlass is: below one it is",
    "behind. All but Restate and DBOS are bare queues, which keep far less of each piece of work.",
    "",
    ...peersTable(own, results.peers),
    "",
    "## Apache Airflow",
    "",
    ...airflowTable({ ...own, ...defined }, results.airflow),
    "",
    "## Growth",
    "",
    ...(results.growth === null
      ? ["Not measured yet: `node bench/src/growth/main.ts`."]
      : [
          `![cost of a task instance](growth.svg)`,
          "",
          results.growth.about,
          "The target is 1.3 times the first point, for processor time; elapsed time is shown, but other work on the machine moves it. Along the tasks in a Dag",
          "what counts is what one more task costs, for the first point also holds the whole cost of a run.",
          "",
          ...growthTable(results.growth.points),
        ]),
    "",
  ].join("\n");
}
