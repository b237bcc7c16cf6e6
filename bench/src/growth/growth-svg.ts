import { type Axis, type Compared, TARGET_RATIO } from "./growth-figures.ts";

/** One line of a panel: where it was measured, and the ratio to the first point. */
interface Dot {
  readonly at: number;
  readonly ratio: number;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly processor: readonly Dot[];
  readonly elapsed: readonly Dot[];
}

const PANELS: readonly (readonly [Axis, string, string])[] = [
  ["tasks in a Dag, side by side", "One more task, side by side", "tasks in the Dag"],
  ["tasks in a Dag, in ten chains", "One more task, in ten chains", "tasks in the Dag"],
  ["stored runs", "A task, by stored runs", "runs stored"],
  ["active runs", "A task, by active runs", "runs active at once"],
];

const [WIDTH, HEIGHT] = [820, 640];
const PANEL = { width: 320, height: 190, left: 64, top: 84, gapX: 90, gapY: 100 };
const LEAST_TOP = 1.5;

const STYLE = `
  svg { color-scheme: light dark; font: 12px system-ui, sans-serif; --ink: #1c2430; --faint: #5f6b7a; --line: #d5dbe3; --paper: #ffffff; --main: #0b6bcb; --other: #9a5b00; --target: #b3261e; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6eaf0; --faint: #a3adba; --line: #3a434f; --paper: #14181e; --main: #6db3ff; --other: #e0a458; --target: #ff8a80; }
  }
  text { fill: var(--ink); } .faint { fill: var(--faint); } .title { font-weight: 600; font-size: 13px; } .head { font-weight: 600; font-size: 16px; }
  .paper { fill: var(--paper); } .grid { stroke: var(--line); } .frame { stroke: var(--faint); fill: none; }
  .processor { stroke: var(--main); fill: none; stroke-width: 2; } .dot { fill: var(--main); }
  .elapsed { stroke: var(--other); fill: none; stroke-width: 1.5; stroke-dasharray: 2 3; } .ring { fill: var(--paper); stroke: var(--other); stroke-width: 1.5; }
  .target { stroke: var(--target); stroke-dasharray: 7 4; stroke-width: 1.5; } .target-text { fill: var(--target); }
`;

/** What is drawn of an axis: along the size of a Dag what one more task costs, for a run's own cost is spread over more tasks there. */
function panelOf(points: readonly Compared[], [axis, title, unit]: (typeof PANELS)[number]): Panel {
  const own = points.filter((each) => each.axis === axis);
  const first = own.find((each) => each.marginal !== null);
  const bySize = first?.marginal != null;
  const drawn = bySize ? own.filter((each) => each.marginal !== null) : own;
  const base = bySize ? first.marginal : null;
  const firstWall = drawn[0]?.cost.wall ?? Number.NaN;
  return {
    ...{ title, unit },
    processor: drawn.map(({ at, marginal, processorRatio }) => ({
      at,
      ratio: base === null || marginal === null ? processorRatio : marginal / base,
    })),
    elapsed: drawn.map(({ at, cost }) => ({ at, ratio: cost.wall / firstWall })),
  };
}

/** Evenly spaced powers of ten; zero stands one before the first of them. */
function place(at: number, least: number): number {
  return at === 0 ? Math.log10(least) - 1 : Math.log10(at);
}

function drawPanel(panel: Panel, index: number): string {
  const x0 = PANEL.left + (index % 2) * (PANEL.width + PANEL.gapX);
  const y0 = PANEL.top + Math.floor(index / 2) * (PANEL.height + PANEL.gapY);
  const least = Math.min(...panel.processor.map((each) => each.at).filter((at) => at > 0));
  const places = panel.processor.map((each) => place(each.at, least));
  const [from, to] = [Math.min(...places), Math.max(...places)];
  const top = Math.max(LEAST_TOP, ...[...panel.processor, ...panel.elapsed].map((each) => each.ratio)) * 1.08;
  const x = (at: number): number =>
    x0 + 14 + ((place(at, least) - from) / Math.max(to - from, 1e-9)) * (PANEL.width - 28);
  const y = (ratio: number): number => y0 + PANEL.height - (ratio / top) * PANEL.height;
  const step = [0.5, 1, 2, 5, 10, 20, 50].find((each) => top / each <= 6) ?? 100;
  const ticks = Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step);
  const path = (dots: readonly Dot[]): string =>
    dots.map(({ at, ratio }, n) => `${n === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(ratio).toFixed(1)}`).join(" ");
  return [
    `<text class="title" x="${x0}" y="${y0 - 12}">${panel.title}</text>`,
    ...ticks.flatMap((tick) => [
      `<line class="grid" x1="${x0}" x2="${x0 + PANEL.width}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>`,
      `<text class="faint" x="${x0 - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${String(tick)}x</text>`,
    ]),
    ...panel.processor.map(
      ({ at }) =>
        `<text class="faint" x="${x(at).toFixed(1)}" y="${y0 + PANEL.height + 18}" text-anchor="middle">${at.toLocaleString("en")}</text>`,
    ),
    `<text x="${x0 + PANEL.width / 2}" y="${y0 + PANEL.height + 38}" text-anchor="middle">${panel.unit}</text>`,
    `<rect class="frame" x="${x0}" y="${y0}" width="${PANEL.width}" height="${PANEL.height}"/>`,
    `<line class="target" x1="${x0}" x2="${x0 + PANEL.width}" y1="${y(TARGET_RATIO).toFixed(1)}" y2="${y(TARGET_RATIO).toFixed(1)}"/>`,
    `<path class="elapsed" d="${path(panel.elapsed)}"/>`,
    ...panel.elapsed.map(
      ({ at, ratio }) => `<circle class="ring" cx="${x(at).toFixed(1)}" cy="${y(ratio).toFixed(1)}" r="3"/>`,
    ),
    `<path class="processor" d="${path(panel.processor)}"/>`,
    ...panel.processor.map(
      ({ at, ratio }) =>
        `<circle class="dot" cx="${x(at).toFixed(1)}" cy="${y(ratio).toFixed(1)}" r="4"><title>${at.toLocaleString("en")}: ${ratio.toFixed(2)}x</title></circle>`,
    ),
  ].join("\n");
}

/** Four panels, the cost of a task instance beside that of the first point of each; readable on light and on dark ground. */
export function growthSvg(points: readonly Compared[], about: string): string {
  const legendY = 46;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Cost of a task instance as an installation grows">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="head" x="${PANEL.left}" y="26">Cost of a task instance, times that of the first point</text>`,
    `<line class="processor" x1="${PANEL.left}" x2="${PANEL.left + 26}" y1="${legendY - 4}" y2="${legendY - 4}"/>`,
    `<text x="${PANEL.left + 32}" y="${legendY}">processor time, all processes</text>`,
    `<line class="elapsed" x1="300" x2="326" y1="${legendY - 4}" y2="${legendY - 4}"/>`,
    `<text x="332" y="${legendY}">elapsed time</text>`,
    `<line class="target" x1="450" x2="476" y1="${legendY - 4}" y2="${legendY - 4}"/>`,
    `<text class="target-text" x="482" y="${legendY}">target, at most ${String(TARGET_RATIO)}x</text>`,
    ...PANELS.map((each, index) => drawPanel(panelOf(points, each), index)),
    `<text class="faint" x="${PANEL.left}" y="${HEIGHT - 10}">${about}</text>`,
    "</svg>",
    "",
  ].join("\n");
}
