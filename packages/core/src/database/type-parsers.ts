import { instant, invariant } from "@windlass/contract";
import type { Instant } from "@windlass/contract";
import pg from "pg";

const UTC_TEXT = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/;

/**
 * A timestamptz as PostgreSQL writes it, as a column (`2026-01-02 03:04:05.6+00`) or inside JSON (`2026-01-02T03:04:05.6+00:00`).
 * @throws InvariantError on `infinity`, years before 1 or after 9999
 */
export function instantFromPg(text: string): Instant {
  const parts = UTC_TEXT.exec(text);
  if (!parts) return instant(text);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${(parts[1] ?? "").padEnd(6, "0")}Z` as Instant;
}

function integerFromPg(text: string): number {
  const value = Number(text);
  invariant(Number.isSafeInteger(value), `an int8 beyond 2^53 came from the database: ${text}`);
  return value;
}

type Parser = (text: string) => unknown;
const asText: Parser = (text) => text;

const SCALARS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [20, integerFromPg],
  [1700, Number],
  [1184, instantFromPg],
  [1082, asText],
  [1114, asText],
  [1186, asText],
]);

// Type of an array → type of its elements.
const ARRAYS: ReadonlyMap<number, number> = new Map([
  [1016, 20],
  [1231, 1700],
  [1185, 1184],
  [1182, 1082],
  [1115, 1114],
  [1187, 1186],
]);

// text[]; the driver's list of names knows scalars only.
const TEXT_ARRAY = 1009 as Parameters<typeof pg.types.getTypeParser>[0];

/** The driver's table of types with ours in front. It is handed to each client, so nothing global is changed. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") => {
    if (format !== "binary") {
      const scalar = SCALARS.get(oid);
      if (scalar) return scalar;
      const element = SCALARS.get(ARRAYS.get(oid) ?? 0);
      if (element) {
        const parseArray = pg.types.getTypeParser(TEXT_ARRAY) as (text: string) => readonly (string | null)[];
        return (text: string) => parseArray(text).map((each) => (each === null ? null : element(each)));
      }
    }
    return pg.types.getTypeParser(oid, format) as Parser;
  },
};
