import { median } from "../figures.ts";

/** Microseconds for each task instance: elapsed, and processor time of the parts. */
export interface Cost {
  readonly wall: number;
  readonly control: number;
  readonly postgres: number;
  readonly runners: number;
}

/** Along what is grown. */
export type Axis = "tasks in a Dag, side by side" | "tasks in a Dag, in ten chains" | "stored runs" | "active runs";

const SIDE_BY_SIDE: Axis = "tasks in a Dag, side by side";
const OF_SIZE: readonly Axis[] = [SIDE_BY_SIDE, "tasks in a Dag, in ten chains"];

/** One measured point. */
export interface GrowthPoint {
  readonly axis: Axis;
  readonly at: number;
  /** How many runs were measured in each repetition, of how many tasks each. */
  readonly runs: number;
  readonly tasks: number;
  readonly repetitions: number;
  readonly cost: Cost;
}

/** A point beside the first of its axis. */
export interface Compared extends GrowthPoint {
  readonly processor: number;
  /** To the first point: processor time, elapsed time. */
  readonly processorRatio: number;
  readonly wallRatio: number;
  /** Processor time of one more task in a run; null where that is not what grows. */
  readonly marginal: number | null;
}

/** The most that a point may cost of what the first one costs. */
export const TARGET_RATIO = 1.3;

function processorOf({ control, postgres, runners }: Cost): number {
  return control + postgres + runners;
}

/** Each part by itself: one repetition may have been disturbed in one of them. */
export function medianCost(costs: readonly Cost[]): Cost {
  const of = (part: keyof Cost): number => median(costs.map((each) => each[part]));
  return { wall: of("wall"), control: of("control"), postgres: of("postgres"), runners: of("runners") };
}

/**
 * Compares the points of each axis with its first. Where the size of the Dag grows, a run's own cost is spread over more tasks; so the cost of one more task is
 * told besides: of a run with `n` tasks what a run with one does not have, for each of the other `n - 1`.
 */
export function compare(points: readonly GrowthPoint[]): readonly Compared[] {
  const single = points.find((each) => each.tasks === 1 && each.axis === SIDE_BY_SIDE);
  return points.map((point) => {
    const first = points.find((each) => each.axis === point.axis) ?? point;
    const processor = processorOf(point.cost);
    return {
      ...point,
      processor,
      processorRatio: processor / processorOf(first.cost),
      wallRatio: point.cost.wall / first.cost.wall,
      marginal:
        single === undefined || point.tasks === 1 || !OF_SIZE.includes(point.axis)
          ? null
          : (processor * point.tasks - processorOf(single.cost)) / (point.tasks - 1),
    };
  });
}
