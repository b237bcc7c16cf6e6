import {
  assertNever,
  type AssetKey,
  type AssetPartitioning,
  fromMillis,
  type Instant,
  type PartitionMapper,
  type PartitionUnit,
} from "@windlass/contract";
import { fromWallClock } from "../schedule/wall-clock.ts";
import { assetText } from "./condition.ts";

// What a clock shows, from the year down to the second; a week and a quarter name the day or the year they begin in.
const KEY = /^(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?|\s\(W\d\d\))?)?))?$/;

/** The moment that a key names, as a clock shows it, in milliseconds as if it were UTC; undefined where it names none. */
function wallOf(key: string): number | undefined {
  const [, year, quarter, month, day, hour, minute, second] = KEY.exec(key) ?? [];
  if (year === undefined) return undefined;
  const number = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : Number(text);
  const inYear = quarter === undefined ? number(month, 1) - 1 : (Number(quarter) - 1) * 3;
  const wall = Date.UTC(Number(year), inYear, number(day, 1), number(hour, 0), number(minute, 0), number(second, 0));
  // 2026-02-30 is no day.
  return new Date(wall).toISOString().startsWith(`${year}-${String(inYear + 1).padStart(2, "0")}`) ? wall : undefined;
}

/** The beginning of the span around a time of the clock. A week begins on Monday. */
function startOf(unit: PartitionUnit, wall: number): number {
  const at = new Date(wall);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (unit) {
    case "hour":
      return Date.UTC(year, month, day, at.getUTCHours());
    case "day":
      return Date.UTC(year, month, day);
    case "week":
      return Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7));
    case "month":
      return Date.UTC(year, month);
    case "quarter":
      return Date.UTC(year, month - (month % 3));
    case "year":
      return Date.UTC(year, 0);
    default:
      return assertNever(unit);
  }
}

/** The beginning of the next span. */
function after(unit: PartitionUnit, start: number): number {
  const at = new Date(start);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (unit) {
    case "hour":
      return start + 3_600_000;
    case "day":
      return Date.UTC(year, month, day + 1);
    case "week":
      return Date.UTC(year, month, day + 7);
    case "month":
      return Date.UTC(year, month + 1);
    case "quarter":
      return Date.UTC(year, month + 3);
    case "year":
      return Date.UTC(year + 1, 0);
    default:
      return assertNever(unit);
  }
}

/** The number of a week, as ISO 8601 counts them. */
function weekOf(monday: number): number {
  const thursday = new Date(monday + 3 * 86_400_000);
  return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0)) / 86_400_000 + 1) / 7);
}

/** The key of a span, in the form that Airflow's mappers give it. */
function keyOf(unit: PartitionUnit, start: number): string {
  const iso = new Date(start).toISOString();
  switch (unit) {
    case "hour":
      return iso.slice(0, 13);
    case "day":
      return iso.slice(0, 10);
    case "week":
      return `${iso.slice(0, 10)} (W${String(weekOf(start)).padStart(2, "0")})`;
    case "month":
      return iso.slice(0, 7);
    case "quarter":
      return `${iso.slice(0, 4)}-Q${String(new Date(start).getUTCMonth() / 3 + 1)}`;
    case "year":
      return iso.slice(0, 4);
    default:
      return assertNever(unit);
  }
}

/** The partition of the Dag that an event belongs to; undefined where the mapper cannot read the key of the event. */
export function targetPartition(mapper: PartitionMapper, key: string): string | undefined {
  switch (mapper.kind) {
    case "identity":
      return key;
    case "fixed":
      return mapper.key;
    case "allowed":
      return mapper.keys.includes(key) ? key : undefined;
    case "start_of":
    case "rollup": {
      const wall = wallOf(key);
      return wall === undefined ? undefined : keyOf(mapper.unit, startOf(mapper.unit, wall));
    }
    default:
      return assertNever(mapper);
  }
}

/** Whether an asset has had all of a partition's events. @param arrived the keys of those that came */
export function hasWholePartition(mapper: PartitionMapper, target: string, arrived: readonly string[]): boolean {
  if (mapper.kind !== "rollup") return arrived.length > 0;
  const wall = wallOf(target);
  if (wall === undefined) return false;
  const have = new Set(
    arrived.flatMap((key) => {
      const at = wallOf(key);
      return at === undefined ? [] : startOf(mapper.of, at);
    }),
  );
  const end = after(mapper.unit, startOf(mapper.unit, wall));
  // Weeks do not end where months do: the one that begins in the span belongs to it.
  const first = startOf(mapper.of, wall);
  for (let at = first < wall ? after(mapper.of, first) : first; at < end; at = after(mapper.of, at)) {
    if (!have.has(at)) return false;
  }
  return true;
}

/** The moment at which a partition begins; null where its key names none. */
export function partitionDate(mapper: PartitionMapper, target: string): Instant | null {
  if (mapper.kind !== "start_of" && mapper.kind !== "rollup") return null;
  const wall = wallOf(target);
  return wall === undefined ? null : fromMillis(fromWallClock(wall, mapper.timezone));
}

/** The mapper of an asset. */
export function mapperOf({ mapper, byAsset }: AssetPartitioning, asset: AssetKey): PartitionMapper {
  return byAsset.find((each) => assetText(each) === assetText(asset))?.mapper ?? mapper;
}
