import { assertNever, type AssetCondition, type AssetKey, type SerializedAsset } from "@windlass/contract";

/** What a condition on assets is judged by. */
export interface AssetFacts {
  /** Whether an event of the asset waits for a run. */
  readonly isFulfilled: (asset: AssetKey) => boolean;
  /** The assets that events came to through an alias. */
  readonly assetsOf: (alias: string) => readonly AssetKey[];
}

/** A text that no two assets share. */
export function assetText({ name, uri }: AssetKey): string {
  return `${name}\n${uri}`;
}

/** Whether a condition on assets holds. As on Airflow an alias is fulfilled by any of its assets, and `all` of nothing holds. */
export function isConditionMet(condition: AssetCondition, facts: AssetFacts): boolean {
  switch (condition.kind) {
    case "asset":
      return facts.isFulfilled(condition);
    case "alias":
      return facts.assetsOf(condition.name).some((asset) => facts.isFulfilled(asset));
    case "all":
      return condition.of.every((each) => isConditionMet(each, facts));
    case "any":
      return condition.of.some((each) => isConditionMet(each, facts));
    default:
      return assertNever(condition);
  }
}

/** A leaf of a condition. */
export type AssetLeaf = Extract<AssetCondition, { readonly kind: "asset" | "alias" }>;

/** The assets and aliases of a condition, each once, in the order of the condition. */
export function conditionLeaves(condition: AssetCondition): readonly AssetLeaf[] {
  const found = new Map<string, AssetLeaf>();
  const visit = (each: AssetCondition): void => {
    if (each.kind === "all" || each.kind === "any") each.of.forEach(visit);
    else found.set(each.kind === "asset" ? assetText(each) : `alias\n${each.name}\n`, each);
  };
  visit(condition);
  return [...found.values()];
}

/** The assets of a condition, aliases aside. */
export function conditionAssets(condition: AssetCondition): readonly SerializedAsset[] {
  return conditionLeaves(condition).filter((each) => each.kind === "asset");
}
