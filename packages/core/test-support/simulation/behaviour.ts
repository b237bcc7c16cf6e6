import {
  addSeconds,
  type AttemptContext,
  type AttemptOutcome,
  type Instant,
  type SerializedDag,
} from "@windlass/contract";
import { buildGraph } from "../../src/domain/graph.ts";
import { lostOutcome } from "../../src/executors/port.ts";
import type { Chance } from "./chance.ts";

/** What an attempt will do: how long it takes, and how it ends. */
export interface Behaviour {
  readonly ms: number;
  readonly outcome: AttemptOutcome;
}

const LOST = { kind: "lost", name: "RunnerLost", message: "the process ended without a report", stack: null } as const;
const MOST_WAITS = 3;

/** What an attempt's user code does, drawn when it begins. */
export function behave(
  chance: Chance,
  dag: SerializedDag,
  attempt: Pick<AttemptContext, "taskId" | "carry">,
  now: Instant,
): Behaviour {
  const ms = chance.happens(0.1) ? chance.mostlyShort(1_000, 30_000) : chance.mostlyShort(5, 2_500);
  const waited = (attempt.carry?.polls ?? 0) + (attempt.carry?.events.length ?? 0);
  const drawn = chance.fraction();
  if (drawn < 0.12)
    return {
      ms,
      outcome: {
        state: "failed",
        error: { kind: "error", name: "Error", message: "told to", stack: null },
        mayRetry: chance.happens(0.8),
      },
    };
  if (drawn < 0.16) return { ms, outcome: lostOutcome(LOST) };
  if (drawn < 0.2) return { ms, outcome: { state: "skipped", reason: "told to" } };
  if (drawn < 0.25 && waited < MOST_WAITS)
    return { ms, outcome: { state: "rescheduled", afterSeconds: chance.between(0, 4) } };
  if (drawn < 0.3 && waited < MOST_WAITS)
    return {
      ms,
      outcome: {
        state: "deferred",
        trigger: { kind: "moment", moment: addSeconds(now, chance.between(0, 6)) },
        timeoutSeconds: chance.pick([null, 2]),
      },
    };
  return { ms, outcome: success(chance, dag, attempt.taskId) };
}

function success(chance: Chance, dag: SerializedDag, taskId: string): AttemptOutcome {
  const task = dag.tasks.find((each) => each.taskId === taskId);
  const below = dag.tasks.filter((each) => each.upstreamTaskIds.includes(taskId)).map((each) => each.taskId);
  if (task?.isBranch === true)
    return chance.happens(0.3)
      ? { state: "success", skip: { kind: "short_circuit", respectTriggerRules: chance.happens(0.5) } }
      : { state: "success", skip: { kind: "branch", follow: chance.some(below, 0.5) } };
  if (!isMappedOver(dag, taskId)) return { state: "success", ...(chance.happens(0.3) && { returnValue: "value" }) };
  // Now and then it returns what nothing can be mapped over.
  if (chance.happens(0.04)) return { state: "success", returnValue: 7 };
  const length = chance.between(0, 3);
  return { state: "success", returnValue: Array.from({ length }, (_, at) => ({ x: at })) };
}

const mappedOver = new WeakMap<SerializedDag, ReadonlySet<string>>();

function isMappedOver(dag: SerializedDag, taskId: string): boolean {
  let found = mappedOver.get(dag);
  if (!found) mappedOver.set(dag, (found = buildGraph(dag).mappedOver));
  return found.has(taskId);
}
