/**
 * The known name that is nearest to a wrong one: equal but for case and underscores, or at most a third of its letters away.
 * @returns undefined where none is near enough to be meant
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const name of known) {
    if (plain(name) === plain(given)) return name;
    const distance =
      plain(name).endsWith(plain(given)) && plain(given).length > 3 ? 1 : editDistance(plain(given), plain(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return bestDistance <= Math.max(1, Math.floor(given.length / 3)) ? best : undefined;
}

/** Letters to change, add or remove to get from one text to the other (Levenshtein). Long texts are cut, so that it stays cheap. */
export function editDistance(left: string, right: string): number {
  const [a, b] = [left.slice(0, 64), right.slice(0, 64)];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
