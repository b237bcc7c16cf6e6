/** A part of a list as Python's `[start:stop:step]` gives it. */
export function pythonSlice<T>(all: readonly T[], start?: number, stop?: number, step = 1): readonly T[] {
  const { length } = all;
  const forward = step > 0;
  const bound = (index: number | undefined, otherwise: number): number => {
    if (index === undefined) return otherwise;
    const at = index < 0 ? index + length : index;
    return forward ? Math.min(Math.max(at, 0), length) : Math.min(Math.max(at, -1), length - 1);
  };
  const from = bound(start, forward ? 0 : length - 1);
  const to = bound(stop, forward ? length : -1);
  const found: T[] = [];
  for (let at = from; forward ? at < to : at > to; at += step) found.push(all[at] as T);
  return found;
}
