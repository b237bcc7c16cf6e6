import { captureSite } from "./call-site.ts";
import { type BranchTarget, type Defined, definitionOf, giveRole, type TaskDefinition } from "./definition.ts";
import { connect, type Linkable, type TaskRef } from "./task-ref.ts";

function lead(
  from: Defined<TaskDefinition>,
  targets: readonly Linkable[],
  into: BranchTarget[],
  caller: () => unknown,
): void {
  connect(from, targets, "before", captureSite(caller));
  into.push(...targets.map((each) => definitionOf(each)));
}

/** The two ways of a condition. Made by `dag.if`. */
export class If {
  readonly #condition: TaskRef<unknown>;
  readonly #then: BranchTarget[];
  readonly #else: BranchTarget[];

  /** @internal */
  constructor(condition: TaskRef<unknown>) {
    this.#condition = condition;
    this.#then = [];
    this.#else = [];
    const role = { kind: "if", then: this.#then, else: this.#else } as const;
    giveRole(definitionOf<TaskDefinition>(condition), role, captureSite(If as unknown as () => unknown));
  }

  /** These follow where the condition's result is truthy, and are skipped otherwise. */
  then(...targets: readonly Linkable[]): this {
    lead(this.#condition, targets, this.#then, this.then);
    return this;
  }

  /** These follow where it is not. */
  else(...targets: readonly Linkable[]): this {
    lead(this.#condition, targets, this.#else, this.else);
    return this;
  }
}

/** The ways of a decider. Made by `dag.switch`. */
export class Switch {
  readonly #decider: TaskRef<unknown>;
  readonly #cases = new Map<string, BranchTarget[]>();
  readonly #otherwise: BranchTarget[] = [];

  /** @internal */
  constructor(decider: TaskRef<unknown>) {
    this.#decider = decider;
    const role = { kind: "switch", cases: this.#cases, otherwise: this.#otherwise } as const;
    giveRole(definitionOf<TaskDefinition>(decider), role, captureSite(Switch as unknown as () => unknown));
  }

  /** These follow where the decider's result, as text, is this value; all others are skipped. */
  case(value: string | number | boolean, ...targets: readonly Linkable[]): this {
    const key = String(value);
    const into = this.#cases.get(key) ?? [];
    this.#cases.set(key, into);
    lead(this.#decider, targets, into, this.case as () => unknown);
    return this;
  }

  /** These follow where no case is the result. */
  otherwise(...targets: readonly Linkable[]): this {
    lead(this.#decider, targets, this.#otherwise, this.otherwise);
    return this;
  }
}
