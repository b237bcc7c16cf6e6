import { TRIGGER_RULES, type TriggerRule } from "@windlass/contract";
import fc from "fast-check";

/** A random Dag as JSON, so that one generator serves `dag.test()` and the files that a real server parses. */
export interface DagSpec {
  readonly dagId: string;
  readonly seed: number;
  /** One task at a time, so that what depends on the order of events comes out the same; without it nothing may depend on it. */
  readonly serial: boolean;
  readonly items: readonly ItemSpec[];
}

/** A task or a group of a Dag or group, in an order that every edge follows. */
export type ItemSpec = TaskSpec | GroupSpec;

/** What a mapping goes over. Numbers choose among what stands before, modulo its length. */
export type SourceSpec =
  | { readonly kind: "literal"; readonly length: number }
  | { readonly kind: "object"; readonly length: number }
  | { readonly kind: "result"; readonly of: number }
  | { readonly kind: "zip" | "concat"; readonly parts: readonly SourceSpec[] };

export interface TaskSpec {
  readonly kind: "task";
  readonly role: "plain" | "empty" | "branch" | "if" | "switch" | "short_circuit" | "latest_only" | "sensor";
  readonly rule: TriggerRule;
  /** Order-only edges from siblings before it. */
  readonly after: readonly number[];
  /** Data edges from any tasks before it. */
  readonly inputs: readonly number[];
  readonly expand:
    | null
    | { readonly kind: "product"; readonly over: readonly SourceSpec[] }
    | { readonly kind: "kwargs"; readonly over: Extract<SourceSpec, { readonly kind: "literal" | "result" }> };
  readonly retries: number;
  /** First tries that fail. */
  readonly fails: number;
  readonly ends: "value" | "fail" | "fail_for_good" | "retry_after" | "skip";
  /** Of a mapped task: `ends` and `fails` hold for the map indexes with this remainder of three only. */
  readonly onlyAt: number | null;
  readonly gives: "digest" | "list" | "object" | "objects" | "text" | "null" | "nothing";
  /** Waits before its end; at most one task of a serial Dag has any, and sensors have none: they go by the clock of their own process. */
  readonly waits: number;
  readonly waitsBy: "defer" | "timeout" | "retry";
  readonly leavesNote: boolean;
  readonly pushes: boolean;
  /** Of deciders: which later siblings are the ways, and whether the handler's answer is truthy. */
  readonly ways: readonly number[];
  readonly answer: number;
  readonly respectRules: boolean;
  /** A setup whose teardown is a later sibling; those between are in its scope. */
  readonly teardown: number | null;
  readonly inScope: boolean;
  readonly failsTheRun: boolean;
}

export interface GroupSpec {
  readonly kind: "group";
  readonly after: readonly number[];
  readonly over: SourceSpec | null;
  readonly items: readonly ItemSpec[];
}

const few = (max: number) => fc.array(fc.nat(1000), { maxLength: max });
const rarely = <T>(rare: fc.Arbitrary<T>, usual: T, weight = 5) =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: rare });

const literalList = (shortest: number) =>
  fc.record({ kind: fc.constant("literal"), length: fc.integer({ min: shortest, max: 3 }) });
const literalSource = (shortest: number): fc.Arbitrary<SourceSpec> =>
  fc.oneof(
    literalList(shortest),
    fc.record({ kind: fc.constant("object"), length: fc.integer({ min: shortest, max: 3 }) }),
  );
const anyResult = fc.record({ kind: fc.constant("result"), of: fc.nat(1000) });
const leafSource: fc.Arbitrary<SourceSpec> = fc.oneof(literalSource(0), anyResult);
const anySource: fc.Arbitrary<SourceSpec> = fc.oneof(
  { weight: 5, arbitrary: leafSource },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("zip", "concat"),
      parts: fc.array(leafSource, { minLength: 1, maxLength: 2 }),
    }),
  },
);

/** What may happen in a Dag. A calm one has failures or skips, not both, and no rule that starts early: then no order of events can matter. */
type Mood = "wild" | "failures" | "skips";

/**
 * What each mood is made of. A mapping over a result can fail (it is no list) and one over nothing is skipped, so calm Dags map over literals, those with
 * failures over some that are not empty.
 */
const MOODS: Readonly<
  Record<
    Mood,
    {
      readonly rules: readonly TriggerRule[];
      readonly roles: readonly TaskSpec["role"][];
      readonly ends: readonly TaskSpec["ends"][];
      readonly source: fc.Arbitrary<SourceSpec>;
      readonly list: fc.Arbitrary<Extract<SourceSpec, { readonly kind: "literal" | "result" }>>;
    }
  >
> = {
  wild: {
    rules: TRIGGER_RULES,
    roles: ["empty", "branch", "if", "switch", "short_circuit", "latest_only", "sensor"],
    ends: ["fail", "fail_for_good", "retry_after", "skip"],
    source: anySource,
    list: fc.oneof(literalList(0), anyResult),
  },
  failures: {
    rules: ["all_success", "all_done", "none_failed", "none_failed_min_one_success"],
    roles: ["empty", "sensor"],
    ends: ["fail", "fail_for_good", "retry_after"],
    source: literalSource(1),
    list: literalList(1),
  },
  skips: {
    rules: ["all_success", "all_done", "none_failed", "none_skipped", "none_failed_min_one_success"],
    roles: ["empty", "branch", "if", "switch", "short_circuit", "latest_only", "sensor"],
    ends: ["skip"],
    source: literalSource(0),
    list: literalList(0),
  },
};

function anyTask(mood: Mood): fc.Arbitrary<TaskSpec> {
  const { rules, roles, ends, source, list } = MOODS[mood];
  return fc.record({
    kind: fc.constant("task"),
    role: rarely(fc.constantFrom(...roles), "plain", 2),
    rule: rarely(fc.constantFrom(...rules), "all_success", 1),
    after: few(2),
    inputs: few(2),
    expand: rarely<TaskSpec["expand"]>(
      fc.oneof(
        fc.record({ kind: fc.constant("product"), over: fc.array(source, { minLength: 1, maxLength: 2 }) }),
        fc.record({ kind: fc.constant("kwargs"), over: list }),
      ),
      null,
      2,
    ),
    retries: fc.nat(2),
    fails: mood === "skips" ? fc.constant(0) : rarely(fc.integer({ min: 1, max: 3 }), 0, 3),
    ends: rarely(fc.constantFrom(...ends), "value", 4),
    onlyAt: fc.option(fc.nat(2)),
    gives: fc.constantFrom("digest", "list", "object", "objects", "text", "null", "nothing"),
    waits: mood === "wild" ? rarely(fc.integer({ min: 1, max: 2 }), 0, 4) : fc.nat(2),
    waitsBy: mood === "skips" ? fc.constant("defer") : fc.constantFrom("defer", "timeout", "retry"),
    leavesNote: fc.boolean(),
    pushes: rarely(fc.constant(false), true),
    ways: few(3),
    answer: fc.nat(7),
    respectRules: fc.boolean(),
    teardown: mood === "wild" ? rarely(fc.nat(1000), null, 3) : fc.constant(null),
    inScope: fc.boolean(),
    failsTheRun: fc.boolean(),
  });
}

function anyItems(mood: Mood): fc.Arbitrary<readonly ItemSpec[]> {
  const task = anyTask(mood);
  const { items } = fc.letrec<{ readonly items: ItemSpec[]; readonly group: GroupSpec }>((tie) => ({
    items: fc.array(fc.oneof({ maxDepth: 2 }, { weight: 5, arbitrary: task }, { weight: 1, arbitrary: tie("group") }), {
      minLength: 1,
      maxLength: 6,
    }),
    group: fc.record({
      kind: fc.constant("group"),
      after: few(2),
      over: fc.option(MOODS[mood].source, { freq: 1 }),
      items: tie("items"),
    }),
  }));
  return items;
}

const dagOf = (mood: Mood): fc.Arbitrary<Omit<DagSpec, "dagId">> =>
  fc.record({ seed: fc.nat(1_000_000), serial: fc.constant(mood === "wild"), items: anyItems(mood) });

/** Any Dag. */
export const anyDag: fc.Arbitrary<Omit<DagSpec, "dagId">> = fc.oneof(
  { weight: 6, arbitrary: dagOf("wild") },
  { weight: 1, arbitrary: dagOf("failures") },
  { weight: 1, arbitrary: dagOf("skips") },
);
