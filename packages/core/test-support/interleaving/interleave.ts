import type { Database } from "@windlass/core/database";
import { StepGate } from "./step-gate.ts";

/** What one session does, on a database of its own whose statements are let go one by one. */
export type Session = (database: Database) => Promise<unknown>;

/** How a session ended. */
export type Ending = { readonly value: unknown } | { readonly error: unknown };

/** One order of all statements. */
export interface Interleaving {
  /** `session: statement`, in the order in which they were let go. */
  readonly order: readonly string[];
  readonly endings: Readonly<Record<string, Ending>>;
  /** At each point where there was one: which of how many sessions went on. */
  readonly choices: readonly { readonly chosen: number; readonly of: number }[];
  /** How often all sessions waited for each other, until PostgreSQL gave one of them up. */
  readonly deadlocks: number;
}

interface Running {
  readonly name: string;
  readonly gate: StepGate;
  ending: Ending | undefined;
  isBlocked: boolean;
}

/**
 * Runs sessions against each other, one statement at a time, in the manner of PostgreSQL's isolation tester: a session that waits for another's lock is
 * passed over until it has it.
 * @param databases one for each session, by its name, which is its `application_name`, too
 * @param watcher sees who waits for a lock
 * @param choose which of so many sessions is to go on
 */
export async function interleave(
  sessions: Readonly<Record<string, Session>>,
  databases: ReadonlyMap<string, Database>,
  watcher: Database,
  choose: (of: number, step: number) => number,
): Promise<Interleaving> {
  const order: string[] = [];
  const choices: { chosen: number; of: number }[] = [];
  let deadlocks = 0;
  let wasDeadlock = false;
  const running = Object.entries(sessions).map(([name, session]) => begin(name, session, databases));
  for (let isOver = false; !isOver;) {
    for (const each of running) await settle(each, watcher);
    const ready = running.filter((each) => each.ending === undefined && !each.isBlocked);
    if (ready.length === 0) {
      isOver = running.every((each) => each.ending !== undefined);
      // One alone has its lock any moment; of two that wait for each other PostgreSQL gives one up after a second.
      const isDeadlock = running.filter((each) => each.ending === undefined).length > 1;
      if (isDeadlock && !wasDeadlock) deadlocks += 1;
      wasDeadlock = isDeadlock;
      continue;
    }
    wasDeadlock = false;
    const chosen = choose(ready.length, choices.length);
    choices.push({ chosen, of: ready.length });
    const next = ready[chosen]!;
    order.push(`${next.name}: ${(next.gate.next ?? "").trim().replace(/\s+/g, " ").slice(0, 60)}`);
    next.gate.step();
  }
  const endings = Object.fromEntries(running.map((each) => [each.name, each.ending!]));
  return { order, endings, choices, deadlocks };
}

function begin(name: string, session: Session, databases: ReadonlyMap<string, Database>): Running {
  const gate = new StepGate();
  const running: Running = { name, gate, ending: undefined, isBlocked: false };
  const ended = (ending: Ending): void => {
    running.ending = ending;
    // What it left going by itself is nobody's step.
    gate.open();
    gate.changed.emit();
  };
  session(gate.guard(databases.get(name)!)).then(
    (value) => ended({ value }),
    (error: unknown) => ended({ error }),
  );
  return running;
}

/** Waits until the session stands before a statement, is over, or waits for a lock. */
async function settle(running: Running, watcher: Database): Promise<void> {
  running.isBlocked = false;
  for (;;) {
    const changed = running.gate.changed.next();
    if (running.ending !== undefined || running.gate.next !== undefined) return;
    const isBlocked = await Promise.race([changed.then(() => false), waitsForLock(watcher, running.name)]);
    if (!isBlocked) continue;
    running.isBlocked = true;
    return;
  }
}

async function waitsForLock(watcher: Database, name: string): Promise<boolean> {
  const rows = await watcher.query(
    `select 1 from pg_stat_activity
     where datname = current_database() and application_name = $1 and cardinality(pg_blocking_pids(pid)) > 0`,
    [name],
  );
  return rows.length > 0;
}
