/** A point of a series: minutes since the start, and the value. */
export interface Point {
  readonly minute: number;
  readonly value: number;
}

/** How much a series may rise in an hour: the larger of the two counts. */
export interface Bound {
  /** A share of the series' mean. */
  readonly share: number;
  /** In the series' own unit, for series that lie near zero. */
  readonly least: number;
}

/** A line through points, by least squares. */
export interface Line {
  readonly perHour: number;
  /** Standard error of `perHour`; infinite with fewer than three points. */
  readonly errorPerHour: number;
  readonly mean: number;
}

/** What was decided about a series, and from what. */
export interface Verdict {
  readonly line: Line;
  /** The most that it may rise in an hour. */
  readonly allowed: number;
  readonly flat: boolean;
}

const MINUTES = 60;

export function leastSquares(points: readonly Point[]): Line {
  const n = points.length;
  const mean = points.reduce((sum, each) => sum + each.value, 0) / n;
  const middle = points.reduce((sum, each) => sum + each.minute, 0) / n;
  const spread = points.reduce((sum, each) => sum + (each.minute - middle) ** 2, 0);
  if (n < 2 || spread === 0) return { perHour: 0, errorPerHour: Infinity, mean };
  const slope = points.reduce((sum, each) => sum + (each.minute - middle) * (each.value - mean), 0) / spread;
  const residual = points.reduce((sum, { minute, value }) => sum + (value - mean - slope * (minute - middle)) ** 2, 0);
  const error = n > 2 ? Math.sqrt(residual / (n - 2) / spread) : Infinity;
  return { perHour: slope * MINUTES, errorPerHour: error * MINUTES, mean };
}

/** What lies in the second half of the time: the first is for warming up. */
export function secondHalf(points: readonly Point[]): readonly Point[] {
  const end = Math.max(...points.map((each) => each.minute));
  return points.filter((each) => each.minute >= end / 2);
}

// Some forty series are judged at a time, and their noise has a memory (garbage, vacuums): twice the error would find a leak in every soak.
const ERRORS = 4;

/**
 * A series is flat unless it rises by more than the bound in an hour, and by more than four times the error with which that is known. A fall is flat: it is
 * no leak.
 */
export function judge(points: readonly Point[], bound: Bound): Verdict {
  const line = leastSquares(secondHalf(points));
  const allowed = Math.max(bound.least, bound.share * Math.abs(line.mean));
  return { line, allowed, flat: !(line.perHour > allowed && line.perHour > ERRORS * line.errorPerHour) };
}
