import { distance } from "fastest-levenshtein";

/** The known name that is most like a given one; undefined where none is near enough to be meant. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1;
  for (const each of known) {
    const far = distance(given.toLowerCase(), each.toLowerCase());
    if (far < bestDistance) {
      best = each;
      bestDistance = far;
    }
  }
  return best;
}
