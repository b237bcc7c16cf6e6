import type { TestDatabase } from "../test-database.ts";
import { findViolations } from "../../src/store/invariants.ts";
import { interleave, type Ending, type Interleaving, type Session } from "./interleave.ts";

/** Sessions that are tried in many orders. */
export interface InterleavingCase<World> {
  /**
   * Most orders that are tried: all there are where these are not more, else so many at random. `WINDLASS_INTERLEAVING_TIMES` multiplies it.
   * @defaultValue 20
   */
  readonly bound?: number;
  /** Makes what the sessions work on, in a database without Dags. */
  prepare(): Promise<World>;
  /** Two or three, by name. */
  sessions(world: World): Readonly<Record<string, Session>>;
  /** What must hold after every order. */
  check(world: World, outcome: Outcome): Promise<void>;
}

/** How one order went. */
export interface Outcome extends Interleaving {
  /** The values of the sessions that succeeded. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The names of the sessions that did not. */
  readonly failed: readonly string[];
}

/** What was tried. */
export interface Tried {
  readonly orders: number;
  /** Whether these are all there are. */
  readonly isAll: boolean;
  readonly deadlocks: number;
  readonly seed: number;
}

/** An order after which something did not hold. */
export class OrderFailed extends Error {
  override readonly name = "OrderFailed";
}

const FIRST = "first of them, then the next";

/**
 * Tries the orders of some sessions' statements. After each the views of the invariants are empty and the case's own check holds.
 * @param seed of the random orders; `WINDLASS_INTERLEAVING_SEED` gives it again
 * @throws OrderFailed with the order and the seed
 */
export async function tryOrders<World>(test: TestDatabase, of: InterleavingCase<World>): Promise<Tried> {
  const seed = Number(process.env["WINDLASS_INTERLEAVING_SEED"] ?? Date.now() % 1_000_000);
  const bound = (of.bound ?? 20) * Number(process.env["WINDLASS_INTERLEAVING_TIMES"] ?? 1);
  const databases = new Map<string, ReturnType<TestDatabase["open"]>>();
  const distinct = new Set<string>();
  let deadlocks = 0;

  async function once(choose: (count: number, step: number) => number, how: string): Promise<Interleaving> {
    await empty(test);
    const world = await of.prepare();
    const sessions = of.sessions(world);
    for (const name of Object.keys(sessions)) if (!databases.has(name)) databases.set(name, test.open(name));
    const went = await interleave(sessions, databases, test.database, choose);
    deadlocks += went.deadlocks;
    distinct.add(went.order.join("\n"));
    const outcome = { ...went, values: valuesOf(went.endings), failed: failedOf(went.endings) };
    try {
      const violations = await findViolations(test.database);
      if (violations.length > 0) throw new TypeError(`invariants are broken: ${JSON.stringify(violations)}`);
      await of.check(world, outcome);
    } catch (error) {
      const errors = outcome.failed.map(
        (name) => `${name} failed: ${textOf((went.endings[name] as { error: unknown }).error)}`,
      );
      const told = [`seed ${String(seed)}, ${how}`, ...went.order, ...errors, textOf(error)];
      throw new OrderFailed(told.join("\n"), { cause: error });
    }
    return went;
  }

  const first = await once(() => 0, FIRST);
  const isSmall = countOrders(first) <= bound;
  if (isSmall) {
    // Depth first over the choices: the last one that has another branch takes it.
    for (let went = first; distinct.size < 2 * bound;) {
      const next = nextChoices(went.choices);
      if (next === undefined) return { orders: distinct.size, isAll: true, deadlocks, seed };
      went = await once((count, step) => Math.min(next[step] ?? 0, count - 1), `choices ${next.join("")}`);
    }
  } else {
    await once((count) => count - 1, "last of them, then the one before");
    const random = seeded(seed);
    for (let n = 2; n < bound; n += 1) {
      // Some go on with the same session for long, others change at every statement.
      const constancy = random();
      let last = 0;
      await once(
        (count) => (last = last < count && random() < constancy ? last : Math.floor(random() * count)),
        `order ${String(n)}`,
      );
    }
  }
  return { orders: distinct.size, isAll: false, deadlocks, seed };
}

/** Forgets everything that a case made. */
async function empty(test: TestDatabase): Promise<void> {
  await test.database.execute(
    "truncate dag, asset, asset_alias, event, outbox, late_report, service_heartbeat, idempotency_key cascade",
  );
  await test.database.execute("delete from pool where name <> 'default_pool'");
}

/** How many orders the sessions' statements have, as if none ever waited for another. */
function countOrders({ order }: Interleaving): number {
  const counts = [...Map.groupBy(order, (each) => each.split(":")[0]).values()].map((each) => each.length);
  let orders = 1;
  let placed = 0;
  for (const count of counts) for (let n = 1; n <= count; n += 1) orders = (orders * ++placed) / n;
  return orders;
}

function nextChoices(choices: Interleaving["choices"]): readonly number[] | undefined {
  const at = choices.findLastIndex(({ chosen, of }) => chosen + 1 < of);
  return at < 0 ? undefined : [...choices.slice(0, at).map(({ chosen }) => chosen), choices[at]!.chosen + 1];
}

function valuesOf(endings: Readonly<Record<string, Ending>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(endings).flatMap(([name, end]) => ("value" in end ? [[name, end.value]] : [])),
  );
}

function failedOf(endings: Readonly<Record<string, Ending>>): readonly string[] {
  return Object.entries(endings).flatMap(([name, end]) => ("error" in end ? [name] : []));
}

/** For the tests' output. */
export function toldOf({ orders, isAll, deadlocks, seed }: Tried): string {
  return `${isAll ? "all" : "at random"} ${String(orders)} orders, ${String(deadlocks)} deadlocks, seed ${String(seed)}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
