import { refuse } from "@windlass/contract";

/** So far Airflow counts when it pages by cursor. */
export const MOST_COUNTED = 50_000;

/** The place in a list that a cursor stands for; an empty one is the beginning. @throws RefusalError */
export function readCursor(cursor: string): number {
  if (cursor === "") return 0;
  const found = /^windlass:(\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (found === null)
    throw refuse(
      "request.cursor",
      { given: cursor },
      { pointer: "query/cursor", actual: cursor, airflow: { v2: "Invalid cursor token" } },
    );
  return Number(found[1]);
}

/** The cursor of a place in a list. */
export function writeCursor(place: number): string {
  return Buffer.from(`windlass:${String(place)}`).toString("base64url");
}
