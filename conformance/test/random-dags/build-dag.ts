import {
  concat,
  Dag,
  defer,
  FailWithoutRetry,
  RetryAfter,
  SkipTask,
  type TaskContext,
  type TaskGroup,
  type TaskRef,
  until,
  zip,
} from "windlass";
import { addSeconds } from "@windlass/contract";
import type { DagSpec, GroupSpec, SourceSpec, TaskSpec } from "./dag-spec.ts";

/** A container of the Dag, with what the building of its tasks needs to know of it. */
type Container = Pick<
  Dag,
  "task" | "empty" | "branch" | "shortCircuit" | "latestOnly" | "sensor" | "taskGroup" | "if" | "switch"
>;

/** What stands before, as a place for inputs. */
interface Placed {
  readonly ref: TaskRef<unknown>;
  readonly spec: TaskSpec;
}

/** A whole number that the same text always gives. */
function digest(text: string): number {
  let sum = 7;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) % 1_000_003;
  return sum;
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** A task's result, the same for the same inputs and map index. */
function resultOf(spec: TaskSpec, seed: number, taskId: string, inputs: object, mapIndex: number): unknown {
  const number = digest(`${String(seed)} ${taskId} ${String(mapIndex)} ${JSON.stringify(inputs)}`);
  const length = number % 4;
  const numbers = Array.from({ length }, (_, at) => number + at);
  switch (spec.gives) {
    case "digest":
      return number;
    case "list":
      return numbers;
    case "object":
      return Object.fromEntries(numbers.map((each, at) => [`n${String(at)}`, each]));
    case "objects":
      return numbers.map((each) => ({ x: each }));
    case "text":
      return `text ${String(number)}`;
    case "null":
      return null;
    case "nothing":
      return undefined;
  }
}

/** Ends a try as the spec says, or gives a value. */
async function attempt(spec: TaskSpec, seed: number, inputs: object, context: TaskContext): Promise<unknown> {
  const { mapIndex, tryNumber, taskId } = context;
  if (spec.leavesNote) await context.client.setXcom("note", { taskId, tryNumber, mapIndex });
  // By the run's own time, which the engine's clock gave: a test moves that clock, not those of the runners.
  const hours = (count: number) =>
    until.time(addSeconds(context.dagRun.startDate ?? context.dagRun.runAfter, count * 3600));
  if (spec.waitsBy === "defer") for (let at = 1; at <= spec.waits; at += 1) await defer(hours(tryNumber * 10 + at));
  if (spec.waitsBy === "timeout" && spec.waits > 0) await defer(hours(10_000), { timeout: "1h" });
  if (spec.onlyAt === null || mapIndex < 0 || mapIndex % 3 === spec.onlyAt) {
    if (tryNumber <= spec.fails) throw new RangeError("told to fail");
    if (spec.ends === "fail") throw new RangeError("told to fail always");
    if (spec.ends === "fail_for_good") throw new FailWithoutRetry("told to fail for good");
    if (spec.ends === "retry_after") throw new RetryAfter("0s");
    if (spec.ends === "skip") throw new SkipTask();
  }
  return resultOf(spec, seed, taskId, inputs, mapIndex);
}

/** Builds one Dag. */
export function buildDag(dagSpec: DagSpec): Dag {
  const { dagId, seed, serial } = dagSpec;
  const dag = new Dag(dagId, { maxActiveTasks: serial ? 1 : 16, isPausedUponCreation: false });
  const before: Placed[] = [];
  let lastId = 0;
  let someoneWaits = false;

  function sourceOf(spec: SourceSpec): unknown {
    switch (spec.kind) {
      case "literal":
        return Array.from({ length: spec.length }, (_, at) => ({ x: at, y: "lit" }));
      case "object":
        return Object.fromEntries(Array.from({ length: spec.length }, (_, at) => [`k${String(at)}`, at]));
      case "result":
        return pick(before, spec.of)?.ref ?? [1, 2];
      case "zip":
        return zip(...(spec.parts.map(sourceOf) as never[]));
      case "concat":
        return concat(...(spec.parts.map(sourceOf) as never[]));
    }
  }

  /** Places a task. @param element of the mapped group that it stands in */
  function place(container: Container, given: TaskSpec, element: unknown, inMapped: boolean): TaskRef<unknown> {
    lastId += 1;
    const id = `t${String(lastId)}`;
    // Waits go by the clock, which nobody can make go alike twice for two of them.
    const once = serial && (someoneWaits || given.expand !== null || inMapped);
    const waits = once || given.role === "sensor" ? 0 : given.waits;
    const spec: TaskSpec = { ...given, waits };
    if (waits > 0) someoneWaits = true;
    const delay = waits > 0 && spec.waitsBy === "retry" ? "1h" : "0s";
    const options = {
      ...(spec.rule === "all_success" ? {} : { triggerRule: spec.rule }),
      retries: { attempts: spec.retries, delay },
      doXcomPush: spec.pushes,
    } as const;
    const inputs: Record<string, unknown> = Object.fromEntries(
      spec.inputs.map((at, index) => [`in${String(index)}`, pick(before, at)?.ref ?? at]),
    );
    if (element !== undefined) inputs["element"] = element;
    let ref: TaskRef<unknown>;
    switch (spec.role) {
      case "empty":
        ref = container.empty(id, { ...(options.triggerRule && { triggerRule: options.triggerRule }) });
        break;
      case "latest_only":
        ref = container.latestOnly(id);
        break;
      case "sensor":
        ref = container.sensor(id, async (_, context) => (await attempt(spec, seed, {}, context)) ?? true, options);
        break;
      case "short_circuit": {
        // One that leaves out everything behind it can come too late for a task whose own upstream was left out by another.
        const respectTriggerRules = !serial || spec.respectRules;
        const decide = async (values: object, context: TaskContext) => {
          await attempt(spec, seed, values, context);
          return spec.answer % 2;
        };
        ref = container.shortCircuit(id, decide, { ...options, respectTriggerRules })(inputs);
        break;
      }
      case "plain":
      case "if":
      case "switch":
      case "branch": {
        const decide = async (values: object, context: TaskContext): Promise<unknown> => {
          const value = await attempt(spec, seed, values, context);
          if (spec.role === "plain") return value;
          return spec.role === "if" ? spec.answer % 2 === 0 : spec.answer % 3;
        };
        if (spec.role === "branch") {
          const choose = async (values: object, context: TaskContext): Promise<string[]> => {
            await attempt(spec, seed, values, context);
            return (waysOf.get(id) ?? []).filter((_, at) => ((spec.answer >> at) & 1) === 1);
          };
          ref = container.branch(id, choose, options)(inputs);
          break;
        }
        const factory = container.task(id, decide, options);
        if (spec.expand === null || inMapped || spec.role !== "plain") ref = factory(inputs);
        else if (spec.expand.kind === "kwargs")
          ref = factory.partial(inputs).expandKwargs(sourceOf(spec.expand.over) as never);
        else {
          const over = Object.fromEntries(spec.expand.over.map((each, at) => [`over${String(at)}`, sourceOf(each)]));
          ref = factory.partial(inputs).expand(over);
        }
      }
    }
    before.push({ ref, spec });
    return ref;
  }

  const waysOf = new Map<string, string[]>();

  function fill(container: Container, specs: DagSpec["items"], element: unknown, inMapped: boolean): void {
    const made: { readonly node: TaskRef<unknown> | TaskGroup; readonly spec: TaskSpec | GroupSpec }[] = [];
    for (const spec of specs) {
      let node: TaskRef<unknown> | TaskGroup;
      if (spec.kind === "task") node = place(container, spec, element, inMapped);
      else {
        lastId += 1;
        const group = container.taskGroup(`g${String(lastId)}`);
        if (spec.over === null || inMapped) fill(group, spec.items, element, inMapped);
        else {
          group.expand({ item: sourceOf(spec.over) }, (inside, elements) => {
            fill(inside, spec.items, elements.item, true);
          });
        }
        node = group;
      }
      for (const at of spec.after) {
        const earlier = pick(made, at);
        if (earlier) node.after(earlier.node);
      }
      made.push({ node, spec });
    }
    decide(container, made);
    scope(made);
  }

  /** Gives deciders their ways. */
  function decide(
    container: Container,
    made: readonly { readonly node: TaskRef<unknown> | TaskGroup; readonly spec: TaskSpec | GroupSpec }[],
  ): void {
    made.forEach(({ node, spec }, at) => {
      if (spec.kind !== "task" || "groupId" in node) return;
      const later = made.slice(at + 1);
      const ways = [...new Set(later.length === 0 ? [] : spec.ways.map((way) => pick(later, way)!.node))];
      const own = node.taskId.slice(node.taskId.lastIndexOf(".") + 1);
      if (spec.role === "branch") {
        waysOf.set(
          own,
          ways.map((way) => ("groupId" in way ? way.groupId : way.taskId)),
        );
        node.before(...ways);
      } else if (spec.role === "if") {
        const half = Math.ceil(ways.length / 2);
        container
          .if(node)
          .then(...ways.slice(0, half))
          .else(...ways.slice(half));
      } else if (spec.role === "switch") {
        const switching = container.switch(node);
        ways.forEach((way, which) => (which === 2 ? switching.otherwise(way) : switching.case(which, way)));
      } else if (spec.role === "short_circuit" || spec.role === "latest_only") node.before(...ways);
    });
  }

  /** Makes setups and teardowns of plain siblings. */
  function scope(
    made: readonly { readonly node: TaskRef<unknown> | TaskGroup; readonly spec: TaskSpec | GroupSpec }[],
  ): void {
    const taken = new Set<number>();
    made.forEach(({ node, spec }, at) => {
      if (spec.kind !== "task" || spec.teardown === null || spec.role !== "plain" || taken.has(at) || "groupId" in node)
        return;
      const able = made.flatMap((each, index) =>
        index > at &&
        !taken.has(index) &&
        each.spec.kind === "task" &&
        each.spec.role === "plain" &&
        each.spec.rule === "all_success"
          ? [index]
          : [],
      );
      const end = pick(able, spec.teardown);
      if (end === undefined) return;
      taken.add(at).add(end);
      const teardown = made[end]!.node as TaskRef<unknown>;
      node.asSetup();
      teardown.asTeardown({ setups: [node], onFailureFailDagRun: spec.failsTheRun });
      if (spec.inScope) node.scope(...made.slice(at + 1, end).map((each) => each.node));
    });
  }

  fill(dag, dagSpec.items, undefined, false);
  return dag;
}
