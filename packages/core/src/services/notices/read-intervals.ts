import type { SecretSource } from "../../actions/attempts/answer-attempt.ts";
import type { Database } from "../../database/sql.ts";
import { intervalOfText } from "../../domain/notices/interval-of-text.ts";
import { listOpenDeadlines, setIntervals } from "../../store/deadlines.ts";

/** How intervals are read. */
export interface ReadIntervalsOptions {
  readonly database: Database;
  readonly secrets: Pick<SecretSource, "getVariable">;
  /** A run has no deadline, because its variable can not be read. */
  readonly onUnreadable: (fields: Readonly<Record<string, unknown>>) => void;
}

/** Reads the intervals that variables hold, of deadlines of new runs; of one that can not be read the reason is kept. @returns whether there are more */
export async function readIntervals(options: ReadIntervalsOptions, limit: number): Promise<boolean> {
  const { database, secrets, onUnreadable } = options;
  const open = await listOpenDeadlines(database, limit);
  if (open.length === 0) return false;
  const names = [...new Set(open.map(({ variable }) => variable))];
  const texts = new Map(await Promise.all(names.map(async (name) => [name, await secrets.getVariable(name)] as const)));
  const read = open.map((each) => {
    const { id, variable } = each;
    const text = texts.get(variable) ?? null;
    const seconds = text === null ? undefined : intervalOfText(text);
    // The value may be a secret of somebody who named the wrong variable: it is not repeated.
    const problem = text === null ? `There is no variable ${variable}.` : `The variable ${variable} is no duration.`;
    return { ...each, id, seconds: seconds ?? null, problem: seconds === undefined ? problem : null };
  });
  await database.transaction((tx) => setIntervals(tx, read));
  for (const { dagId, runId, name, problem } of read)
    if (problem !== null) onUnreadable({ dagId, runId, name, problem });
  return open.length === limit;
}
