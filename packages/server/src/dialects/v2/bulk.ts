import { type ActionName, isJsonObject, type JsonValue, RefusalError, type Verdict } from "@windlass/contract";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { checkFields } from "../../request/check-fields.ts";
import { checkValue } from "../../request/check-value.ts";
import {
  anything,
  choice,
  type Field,
  list,
  nullable,
  optional,
  record,
  text,
  type ValueOf,
  withDefault,
} from "../../request/field.ts";
import type { Place } from "../../request/issue.ts";
import { v2Manners } from "./manners.ts";

type Verb = "create" | "update" | "delete";

/** What each action of a bulk request takes. */
export const bulkActionFields = {
  action: choice(["create", "update", "delete"]),
  entities: list(anything()),
  action_on_existence: withDefault(choice(["fail", "skip", "overwrite"]), "fail"),
  action_on_non_existence: withDefault(choice(["fail", "skip"]), "fail"),
  update_mask: optional(nullable(list(text()))),
};

/** The body of every bulk request: many changes, each of many objects of one kind. */
export const bulkBody = record({ actions: list(record(bulkActionFields)) });

type BulkAction = ValueOf<typeof bulkActionFields>;
type BulkCall = Call<unknown, unknown, { readonly actions: readonly BulkAction[] }>;

/** A kind of object that can be changed in bulk. */
export interface BulkKind<Entity> {
  /** As Airflow's sentences call them: `variables with these keys`. */
  readonly words: string;
  readonly entity: Field<Entity>;
  readonly nameOf: (entity: Entity) => string;
  /** The name of a member of the body that holds the name of the object. */
  readonly nameField: string;
  readonly rights: Readonly<Record<Verb, ActionName>>;
  /** Which of these names are there. */
  readonly existing: (call: BulkCall, names: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly create: (call: BulkCall, entity: Entity) => Promise<unknown>;
  /** @param taken whether a member of the body counts */
  readonly update: (call: BulkCall, entity: Entity, taken: (name: string) => boolean) => Promise<unknown>;
  readonly remove: (call: BulkCall, name: string) => Promise<unknown>;
}

interface Item<Entity> {
  readonly name: string;
  readonly entity: Entity;
  readonly given: ReadonlySet<string>;
}

interface Outcome {
  readonly success: string[];
  readonly errors: { error: JsonValue; status_code: number }[];
}

/** Does what a bulk request asks, action by action; what fails is told in the answer and stops only its own action. @throws RefusalError */
export async function bulk<Entity>(call: BulkCall, kind: BulkKind<Entity>): Promise<Answer> {
  const verdicts: Verdict[] = [];
  // Called even where the body is wrong, so that rights and schema are judged together.
  const given = (call.body as Partial<typeof call.body>).actions ?? [];
  const actions = given.map((action, index) => ({ action, items: readItems(call, kind, action, index, verdicts) }));
  const rights = new Set(actions.flatMap(({ action }) => rightsOf(kind, action)));
  call.judgeAll(rights.size === 0 ? [kind.rights.update] : [...rights], verdicts);
  const outcomes: Record<Verb, Outcome | null> = { create: null, update: null, delete: null };
  for (const { action, items } of actions) {
    const outcome = (outcomes[action.action] ??= { success: [], errors: [] });
    try {
      await oneAction(call, kind, action, items, outcome);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const { status, airflow, reason } = error.refusals[0];
      outcome.errors.push({ error: airflow?.v2 ?? reason, status_code: status.v2 });
    }
  }
  return ok(outcomes);
}

function rightsOf(kind: Pick<BulkKind<unknown>, "rights">, action: BulkAction): readonly ActionName[] {
  const overwrites = action.action === "create" && action.action_on_existence === "overwrite";
  return overwrites ? [kind.rights.create, kind.rights.update] : [kind.rights[action.action]];
}

function readItems<Entity>(
  call: BulkCall,
  kind: BulkKind<Entity>,
  { action, entities }: BulkAction,
  index: number,
  verdicts: Verdict[],
): readonly Item<Entity>[] {
  const manner = v2Manners.bodyManner(call.server.actions.config.api.airflow_strict);
  return entities.flatMap((raw, at) => {
    const place: Place = ["body", "actions", index, action, "entities", at];
    const isName = action === "delete" && typeof raw === "string";
    const checked = checkValue(isName ? text() : kind.entity, raw, place, manner, checkFields);
    verdicts.push(...checked.issues.map((issue) => v2Manners.issue(issue)));
    if (checked.issues.length > 0) return [];
    const entity = checked.value as Entity;
    const name = isName ? raw : kind.nameOf(entity);
    return [{ name, entity, given: new Set(isJsonObject(raw) ? Object.keys(raw) : []) }];
  });
}

async function oneAction<Entity>(
  call: BulkCall,
  kind: BulkKind<Entity>,
  action: BulkAction,
  items: readonly Item<Entity>[],
  { success, errors }: Outcome,
): Promise<void> {
  const names = [...new Set(items.map(({ name }) => name))];
  const existing = await kind.existing(call, names);
  const clashing = names.filter((name) => existing.has(name) === (action.action === "create"));
  const manner = action.action === "create" ? action.action_on_existence : action.action_on_non_existence;
  if (manner === "fail" && clashing.length > 0) {
    const isCreate = action.action === "create";
    const said = `The ${kind.words}: {${clashing.map((name) => `'${name}'`).join(", ")}} ${isCreate ? "already exist" : "were not found"}.`;
    errors.push({ error: said, status_code: isCreate ? 409 : 404 });
    return;
  }
  for (const { name, entity, given } of items) {
    if (manner === "skip" && clashing.includes(name)) continue;
    const mask = action.update_mask;
    const taken = (member: string): boolean =>
      given.has(member) && (mask == null || mask.includes(member) || member === kind.nameField);
    if (action.action === "delete") await kind.remove(call, name);
    else if (action.action === "update") await kind.update(call, entity, taken);
    else if (existing.has(name)) await kind.update(call, entity, () => true);
    else await kind.create(call, entity);
    success.push(name);
  }
}
