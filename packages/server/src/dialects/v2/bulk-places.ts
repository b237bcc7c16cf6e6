import { type ActionName, isJsonObject, type JsonValue, RefusalError, type Verdict } from "@windlass/contract";
import { type Answer, ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { checkFields } from "../../request/check-fields.ts";
import { checkValue } from "../../request/check-value.ts";
import { type Field, text, type ValueOf } from "../../request/field.ts";
import type { Place } from "../../request/issue.ts";
import { requireAction } from "../../require-action.ts";
import type { bulkActionFields } from "./bulk.ts";
import { v2Manners } from "./manners.ts";

type BulkAction = ValueOf<typeof bulkActionFields>;

/** A request with a bulk body. */
export type BulkPlacesCall = Call<unknown, unknown, { readonly actions: readonly BulkAction[] }>;

/** The Dag and the run that stand in the path; `~` for those that the body names. */
export interface PathPlace {
  readonly dagId: string;
  readonly runId: string;
}

/** A kind of object that has a place below a Dag: runs, task instances. */
export interface PlaceKind<Entity, Found> {
  readonly entity: Field<Entity>;
  readonly rights: Readonly<Record<"update" | "delete", ActionName>>;
  /** Whether lacking rights are told for each entity, instead of refusing the whole. */
  readonly rightsOnEach: boolean;
  readonly createSaid: string;
  /** Airflow's words for an entity in its sentences. */
  readonly ownName: (entity: Entity) => string;
  readonly nameSaid: (name: string) => string;
  /** What is said of an update that names only an id; undefined: it is taken. */
  readonly updateOfName?: (name: string) => string;
  readonly bodyName: string;
  /** What has to be named in the body where the path has `~`. */
  readonly missingNames: string;
  readonly placeOf: (entity: string | Entity, path: PathPlace) => Found;
  readonly dagIdOf: (place: Found) => string;
  readonly hasWildcard: (place: Found) => boolean;
  readonly keyOf: (place: Found) => string;
  /** What is there at a place. */
  readonly expand: (call: BulkPlacesCall, place: Found) => Promise<readonly Found[]>;
  readonly missingSaid: (places: readonly Found[]) => string;
  readonly update: (
    call: BulkPlacesCall,
    place: Found,
    entity: Entity,
    taken: (member: string) => boolean,
  ) => Promise<void>;
  readonly remove: (call: BulkPlacesCall, place: Found) => Promise<void>;
}

interface Item<Entity> {
  readonly entity: string | Entity;
  readonly given: ReadonlySet<string>;
}

interface Outcome {
  readonly success: string[];
  readonly errors: { error: JsonValue; status_code: number }[];
}

/** Does what a bulk request about places below Dags asks; what fails is told in the answer and stops only its own action. @throws RefusalError */
export async function bulkPlaces<Entity, Found>(
  call: BulkPlacesCall,
  kind: PlaceKind<Entity, Found>,
  path: PathPlace,
): Promise<Answer> {
  const verdicts: Verdict[] = [];
  // Called even where the body is wrong, so that rights and schema are judged together.
  const given = (call.body as Partial<typeof call.body>).actions ?? [];
  const actions = given.map((action, index) => ({ action, items: readItems(call, kind, action, index, verdicts) }));
  const asked = actions.flatMap(({ action }) => (action.action === "create" ? [] : [kind.rights[action.action]]));
  const whole = kind.rightsOnEach || asked.length === 0 ? [kind.rights.update] : [...new Set(asked)];
  call.judgeAll(path.dagId === "~" && !kind.rightsOnEach ? [] : whole, verdicts);
  if (!kind.rightsOnEach) requireEach(call, kind, path, actions);
  const outcomes: Record<BulkAction["action"], Outcome | null> = { create: null, update: null, delete: null };
  for (const { action, items } of actions) {
    const outcome = (outcomes[action.action] ??= { success: [], errors: [] });
    if (action.action === "create") outcome.errors.push({ error: kind.createSaid, status_code: 405 });
    else await oneAction(call, kind, path, action, items, outcome);
  }
  return ok(outcomes);
}

/** @throws RefusalError where a right to one of them is lacking */
function requireEach<Entity, Found>(
  call: BulkPlacesCall,
  kind: PlaceKind<Entity, Found>,
  path: PathPlace,
  actions: readonly { readonly action: BulkAction; readonly items: readonly Item<Entity>[] }[],
): void {
  for (const { action, items } of actions) {
    if (action.action === "create") continue;
    const dagIds = new Set(items.map(({ entity }) => kind.dagIdOf(kind.placeOf(entity, path))));
    for (const dagId of dagIds) if (dagId !== "~") requireAction(call, kind.rights[action.action], dagId);
  }
}

function readItems<Entity, Found>(
  call: BulkPlacesCall,
  kind: PlaceKind<Entity, Found>,
  { action, entities }: BulkAction,
  index: number,
  verdicts: Verdict[],
): readonly Item<Entity>[] {
  const manner = v2Manners.bodyManner(call.server.actions.config.api.airflow_strict);
  return entities.flatMap((raw, at): readonly Item<Entity>[] => {
    const place: Place = ["body", "actions", index, action, "entities", at];
    const isName = typeof raw === "string" && action !== "create";
    const checked = checkValue(isName ? text() : kind.entity, raw, place, manner, checkFields);
    verdicts.push(...checked.issues.map((issue) => v2Manners.issue(issue)));
    if (checked.issues.length > 0) return [];
    const given = new Set(isJsonObject(raw) ? Object.keys(raw) : []);
    return [{ entity: isName ? raw : (checked.value as Entity), given }];
  });
}

async function oneAction<Entity, Found>(
  call: BulkPlacesCall,
  kind: PlaceKind<Entity, Found>,
  path: PathPlace,
  action: BulkAction,
  items: readonly Item<Entity>[],
  outcome: Outcome,
): Promise<void> {
  const found: { readonly place: Found; readonly item: Item<Entity> }[] = [];
  const missing: Found[] = [];
  for (const item of items) {
    const place = kind.placeOf(item.entity, path);
    const refused = refusalOf(call, kind, action, item.entity, place);
    if (refused !== undefined) {
      outcome.errors.push(refused);
      continue;
    }
    const there = await kind.expand(call, place);
    if (there.length === 0) missing.push(place);
    found.push(...there.map((each) => ({ place: each, item })));
  }
  if (missing.length > 0 && action.action_on_non_existence === "fail") {
    outcome.errors.push({ error: kind.missingSaid(missing), status_code: 404 });
    return;
  }
  const mask = action.update_mask;
  // The last one named counts, as where they are collected by their keys.
  for (const [key, { place, item }] of new Map(found.map((each) => [kind.keyOf(each.place), each]))) {
    try {
      const { entity, given } = item;
      if (action.action === "delete") await kind.remove(call, place);
      else if (typeof entity !== "string")
        await kind.update(
          call,
          place,
          entity,
          (member) => given.has(member) && (mask == null || mask.includes(member)),
        );
      outcome.success.push(key);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const { status, airflow, reason } = error.refusals[0];
      outcome.errors.push({ error: airflow?.v2 ?? reason, status_code: status.v2 });
      if (action.action === "update") return;
    }
  }
}

function refusalOf<Entity, Found>(
  call: BulkPlacesCall,
  kind: PlaceKind<Entity, Found>,
  { action }: BulkAction,
  entity: string | Entity,
  place: Found,
): Outcome["errors"][number] | undefined {
  const isName = typeof entity === "string";
  if (action === "update" && isName && kind.updateOfName) return { error: kind.updateOfName(entity), status_code: 400 };
  if (kind.hasWildcard(place)) {
    const where = isName ? `in ${kind.bodyName} object, not as string` : "in request body";
    const name = isName ? kind.nameSaid(entity) : kind.ownName(entity);
    const said = `When using wildcard in path, ${kind.missingNames} must be specified ${where} for ${name}`;
    return { error: said, status_code: 400 };
  }
  if (action !== "create" && !call.may(kind.rights[action], kind.dagIdOf(place))) {
    const said = `User is not authorized to ${action} task instances for DAG '${kind.dagIdOf(place)}'`;
    return { error: said, status_code: 403 };
  }
  return undefined;
}
