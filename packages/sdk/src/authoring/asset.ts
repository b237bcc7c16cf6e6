import type { JsonObject } from "@windlass/contract";
import { captureSite, type CallSite } from "./call-site.ts";

/** What is told of an asset beside its name or uri. */
export interface AssetOptions {
  /** Name by which people know it; unique on the server. @default the uri */
  readonly name?: string;
  /** Where it lies, as in `s3://bucket/sales`; never read or written by Windlass itself. Unique on the server. @default the name */
  readonly uri?: string;
  /** What kind of asset it is, for lists. @default "asset" */
  readonly group?: string;
  /** Facts about the asset, shown with it. */
  readonly extra?: JsonObject;
}

/** Data that tasks write and read. Made by `asset`. */
export interface Asset {
  readonly kind: "asset";
  readonly name: string;
  readonly uri: string;
  readonly group: string;
  readonly extra: JsonObject;
  /** @internal */
  readonly site: CallSite;
}

/** A name that is filled with assets while a task runs. Made by `assetAlias`. */
export interface AssetAlias {
  readonly kind: "alias";
  readonly name: string;
  readonly group: string;
  /** @internal */
  readonly site: CallSite;
}

/** Assets of which all, or any, must have an event. Made by `all` and `any`. */
export interface AssetExpression {
  readonly kind: "all" | "any";
  readonly of: readonly AssetConditionInput[];
}

/** What a schedule can wait for. */
export type AssetConditionInput = Asset | AssetAlias | AssetExpression;

/**
 * Names data that tasks write and read: as an outlet of a task, whose success is then an event of the asset, as an inlet, or in the schedule of a Dag.
 * The same name and uri is the same asset in every file.
 * @example const sales = asset("s3://warehouse/sales");
 * @example const sales = asset({ name: "sales", uri: "s3://warehouse/sales", group: "tables", extra: { team: "shop" } });
 */
export function asset(what: string | AssetOptions): Asset {
  const options: AssetOptions = typeof what === "string" ? { uri: what } : what;
  const { name, uri, group = "asset", extra = {} } = options;
  // What is missing or of another type is told with everything else that is wrong with the Dag.
  const known = name ?? uri ?? "";
  return { kind: "asset", name: known, uri: uri ?? known, group, extra, site: captureSite(asset) };
}

/**
 * Names assets that are known only while a task runs: as an outlet, which the handler fills by `context.outletEvents.add(alias, asset(...))`, and in
 * the schedule of a Dag, which then has a run for every event that came through the alias.
 * @example const reports = assetAlias("reports");
 */
export function assetAlias(name: string, options: { readonly group?: string } = {}): AssetAlias {
  return { kind: "alias", name, group: options.group ?? "asset", site: captureSite(assetAlias) };
}

/**
 * A condition that holds when each of these has had an event since the last run.
 * @example schedule: all(sales, any(rates, prices))
 */
export function all(...of: readonly AssetConditionInput[]): AssetExpression {
  return { kind: "all", of };
}

/** A condition that holds when one of these has had an event since the last run. */
export function any(...of: readonly AssetConditionInput[]): AssetExpression {
  return { kind: "any", of };
}
