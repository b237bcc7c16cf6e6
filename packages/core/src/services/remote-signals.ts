import type { EngineSignals } from "../actions/context.ts";
import type { Database } from "../database/sql.ts";

/** The channel on which processes without an engine tell those with one what happened. */
const CHANNEL = "windlass_signals";
const COALESCE_MS = 2;
// A notification holds 8,000 bytes.
const MOST_RUNS = 150;
const MOST_NAMES = 8;

interface Told {
  /** Runs that were made. */
  readonly runs: readonly number[];
  /** Runs that were changed: others may wait for what they have come to. */
  readonly changed: readonly number[];
  readonly dags: readonly string[];
  readonly files: readonly string[];
  /** Dags for which events of assets came. */
  readonly waiting: readonly string[];
  readonly pools: boolean;
}

/**
 * Signals for a process that has no engine of its own (an API server by itself): they are sent to every engine on the database, several in one
 * notification. One that is lost costs a poll's time, nothing else. Attempts are ended by the engine that finds their run changed.
 */
export function remoteSignals(database: Database): EngineSignals {
  const runs = new Set<number>();
  const changed = new Set<number>();
  const dags = new Set<string>();
  const files = new Set<string>();
  const waiting = new Set<string>();
  let pools = false;
  let timer: NodeJS.Timeout | undefined;

  const send = (): void => {
    timer = undefined;
    const told: Told = {
      runs: [...runs].slice(0, MOST_RUNS),
      changed: [...changed].slice(0, MOST_RUNS),
      dags: [...dags].slice(0, MOST_NAMES),
      files: [...files].slice(0, MOST_NAMES),
      waiting: [...waiting].slice(0, MOST_NAMES),
      pools,
    };
    for (const id of told.runs) runs.delete(id);
    for (const id of told.changed) changed.delete(id);
    for (const dagId of told.dags) dags.delete(dagId);
    for (const file of told.files) files.delete(file);
    for (const dagId of told.waiting) waiting.delete(dagId);
    pools = false;
    database.notify(CHANNEL, JSON.stringify(told)).catch(() => undefined);
    if (runs.size > 0 || changed.size > 0 || dags.size > 0 || files.size > 0 || waiting.size > 0) soon();
  };
  const soon = (): void => {
    timer ??= setTimeout(send, COALESCE_MS).unref();
  };

  return {
    runsCreated: (ids) => {
      for (const id of ids) runs.add(id);
      soon();
    },
    runChanged: (id) => {
      changed.add(id);
      soon();
    },
    dagChanged: (dagId) => {
      dags.add(dagId);
      soon();
    },
    assetEventsQueued: (dagIds) => {
      for (const dagId of dagIds) waiting.add(dagId);
      soon();
    },
    parseAgain: (file) => {
      files.add(file);
      soon();
    },
    poolChanged: () => {
      pools = true;
      soon();
    },
    cancelAttempts: () => undefined,
    refused: () => undefined,
  };
}

/** Hands on what other processes signal, to an engine or to whoever wants some of it. `onMissed` is called when notifications may have been lost. @throws DatabaseError */
export function listenForSignals(
  database: Database,
  signals: Partial<EngineSignals>,
  onMissed: () => void,
): Promise<() => Promise<void>> {
  return database.listen(CHANNEL, (payload) => {
    if (payload === "") {
      onMissed();
      return;
    }
    const { runs, changed, dags, files, waiting, pools } = JSON.parse(payload) as Told;
    if (runs.length > 0) signals.runsCreated?.(runs);
    for (const id of changed) signals.runChanged?.(id);
    for (const dagId of dags) signals.dagChanged?.(dagId);
    for (const file of files) signals.parseAgain?.(file);
    if (waiting.length > 0) signals.assetEventsQueued?.(waiting);
    if (pools) signals.poolChanged?.("");
  });
}
