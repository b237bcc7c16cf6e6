import type { Instant } from "../time.ts";
import type { LoadError } from "./parse.ts";

/** The dates of a run that a custom timetable names. */
export interface TimetableDate {
  readonly logicalDate: Instant;
  readonly dataIntervalStart: Instant;
  readonly dataIntervalEnd: Instant;
  readonly runAfter: Instant;
}

/**
 * What the functions of a custom timetable are asked.
 * - `next`: up to `count` runs, one after the other, behind `last`.
 * - `manual`: the data interval of a run by hand.
 */
export type TimetableAsk =
  | {
      readonly kind: "next";
      readonly last: Pick<TimetableDate, "dataIntervalStart" | "dataIntervalEnd"> | null;
      readonly startDate: Instant | null;
      readonly endDate: Instant | null;
      readonly catchup: boolean;
      readonly now: Instant;
      readonly count: number;
    }
  | { readonly kind: "manual"; readonly at: Instant };

/** Their answer. */
export type TimetableAnswer =
  /** `ended`: there is none behind these. */
  | { readonly kind: "dates"; readonly dates: readonly TimetableDate[]; readonly ended: boolean }
  | { readonly kind: "interval"; readonly dataIntervalStart: Instant; readonly dataIntervalEnd: Instant }
  /** They threw, did not end in time, or named dates that cannot be. */
  | { readonly kind: "failed"; readonly error: LoadError };

/** To the parser: asks the timetable of one Dag of a bundle that was parsed before. */
export interface TimetableRequest {
  readonly id: number;
  readonly bundlePath: string;
  readonly dagsFolder: string;
  /** The file it was made of, relative to `dagsFolder`. */
  readonly file: string;
  readonly dagId: string;
  readonly ask: TimetableAsk;
}
