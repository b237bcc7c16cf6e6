/**
 * Which of some media types the header `Accept` likes best; the first of those liked alike.
 * @returns undefined where it likes none, or where there is no such header
 */
export function acceptedType(accept: string | undefined, types: readonly string[]): string | undefined {
  if (accept === undefined) return undefined;
  let best: string | undefined;
  let bestRank = 0;
  for (const type of types) {
    const rank = Math.max(0, ...accept.split(",").map((range) => rankOf(range, type)));
    if (rank > bestRank) [best, bestRank] = [type, rank];
  }
  return best;
}

/** A type by its name counts more than one by a wildcard. */
function rankOf(range: string, type: string): number {
  const [name = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? "1");
  const [main = ""] = type.split("/");
  if (name === type) return quality * 100;
  return name === `${main}/*` ? quality * 10 : name === "*/*" ? quality : 0;
}
