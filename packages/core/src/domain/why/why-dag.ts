import type { AssetCondition, AssetKey, Instant } from "@windlass/contract";
import { type AssetFacts, type AssetLeaf, conditionLeaves, isConditionMet } from "../assets/condition.ts";
import type { WhyReason } from "./reason.ts";

/** What a Dag that waits for assets is judged by. */
export interface WaitingDagFacts {
  readonly dagId: string;
  readonly isPaused: boolean;
  readonly schedulerAlive: boolean;
  readonly condition: AssetCondition;
  /** Since when an event of the asset waits; undefined where none does. */
  readonly waitingSince: (asset: AssetKey) => Instant | undefined;
  readonly assetsOf: AssetFacts["assetsOf"];
  readonly activeRuns: number;
  readonly maxActiveRuns: number;
}

/** A leaf of the condition, and whether it is fulfilled. */
export interface WaitedAsset {
  readonly kind: AssetLeaf["kind"];
  readonly name: string;
  /** null: an alias. */
  readonly uri: string | null;
  readonly fulfilled: boolean;
  /** When the first event came that waits; null where none does. */
  readonly since: Instant | null;
}

/** What a Dag's condition has and lacks, and why no run is made now. */
export interface WhyDag {
  readonly assets: readonly WaitedAsset[];
  readonly reasons: readonly WhyReason[];
}

function waited(leaf: AssetLeaf, facts: WaitingDagFacts): WaitedAsset {
  const members = leaf.kind === "asset" ? [leaf] : facts.assetsOf(leaf.name);
  const moments = members.flatMap((asset) => facts.waitingSince(asset) ?? []).sort();
  const uri = leaf.kind === "asset" ? leaf.uri : null;
  return { kind: leaf.kind, name: leaf.name, uri, fulfilled: moments.length > 0, since: moments[0] ?? null };
}

/** Why a Dag that waits for assets has no run now; no reason where the next moment makes one. */
export function whyDag(facts: WaitingDagFacts): WhyDag {
  const { dagId, condition, waitingSince, assetsOf } = facts;
  const assets = conditionLeaves(condition).map((leaf) => waited(leaf, facts));
  const reasons: WhyReason[] = [];
  if (!facts.schedulerAlive) {
    const fix = "Start `windlass up`; everything goes on where it stands.";
    reasons.push({ code: "scheduler_down", summary: "No scheduler is running.", fix });
  }
  if (facts.isPaused) {
    const summary = `The Dag "${dagId}" is paused: it has no run, and events that come meanwhile do not wait for it.`;
    reasons.push({ code: "dag_paused", summary, fix: `Unpause "${dagId}".` });
  }
  if (!isConditionMet(condition, { isFulfilled: (asset) => waitingSince(asset) !== undefined, assetsOf })) {
    const missing = assets.filter((each) => !each.fulfilled).map((each) => each.uri ?? `alias ${each.name}`);
    reasons.push({
      code: "waiting_for_assets",
      summary: `No run until there are events of: ${missing.join(", ")}.`,
      fix: "Have a task write them, or make an event: `windlass assets emit <asset>`.",
    });
  } else if (facts.activeRuns >= facts.maxActiveRuns) {
    reasons.push({
      code: "max_active_runs",
      summary: `${facts.activeRuns} runs of "${dagId}" are queued or running, as many as its max_active_runs (${facts.maxActiveRuns}) allows.`,
      fix: "Wait for one to end, mark one as failed, or raise max_active_runs.",
    });
  }
  return { assets, reasons };
}
