import type { AssetPartitioning, PartitionMapper } from "@windlass/contract";
import type { PartitionedOptions } from "../authoring/partitions.ts";
import { assetOf } from "./asset-uri.ts";
import { isTimezone } from "./dates.ts";

// From the smallest: what a roll-up is made of is smaller than it.
const UNITS = ["hour", "day", "week", "month", "quarter", "year"];

/** Why a mapper is none, as a half sentence; undefined where it is one. */
function mapperProblem(mapper: unknown): string | undefined {
  const fields = (typeof mapper === "object" && mapper !== null ? mapper : {}) as Readonly<Record<string, unknown>>;
  const isKey = (key: unknown): boolean => typeof key === "string" && key.trim() !== "" && key.length <= 250;
  const { kind, key, keys, unit, of, timezone } = fields;
  switch (kind) {
    case "identity":
      return undefined;
    case "fixed":
      return isKey(key) ? undefined : "its fixed key is no text of 1 to 250 characters";
    case "allowed":
      return Array.isArray(keys) && keys.length > 0 && keys.every(isKey)
        ? undefined
        : "its allowed keys are no list of texts";
    case "start_of":
    case "rollup": {
      if (!UNITS.includes(String(unit))) return `its span is none of ${UNITS.join(", ")}`;
      if (typeof timezone !== "string" || !isTimezone(timezone)) return "its timezone does not exist";
      if (kind === "start_of") return undefined;
      const isSmaller = UNITS.includes(String(of)) && UNITS.indexOf(String(of)) < UNITS.indexOf(String(unit));
      return isSmaller ? undefined : "it is rolled up of spans that are not smaller than itself";
    }
    default:
      return "its mapper was not made by partitionBy";
  }
}

/** How a schedule goes by partitions, as data, or why it cannot. */
export function serializePartitioning(
  options: PartitionedOptions,
): { readonly partition: AssetPartitioning } | { readonly problem: string } {
  const mapper: PartitionMapper = options.by ?? { kind: "identity" };
  const byAsset = options.byAsset ?? [];
  for (const each of [mapper, ...byAsset.map(({ by }) => by)]) {
    const problem = mapperProblem(each);
    if (problem !== undefined) return { problem };
  }
  return {
    partition: {
      mapper,
      byAsset: byAsset.map(({ asset, by }) => {
        const { name, uri } = assetOf(asset);
        return { name, uri, mapper: by };
      }),
    },
  };
}
