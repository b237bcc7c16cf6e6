import { useEffect, useState } from "react";
import { useKeys } from "../../shell/use-keys.ts";

/**
 * `j` and `k` move through the rows of a list, `Enter` opens.
 * @returns the current row's index; -1 before the first key
 */
export function useRowKeys(
  count: number,
  keys: {
    readonly elementId: (index: number) => string;
    readonly open: (index: number) => void;
    readonly more?: Readonly<Record<string, (index: number) => void>>;
  },
): number {
  const [current, setCurrent] = useState(-1);
  const at = Math.min(current, count - 1);
  useEffect(() => {
    if (at >= 0) document.getElementById(keys.elementId(at))?.scrollIntoView({ block: "nearest" });
    // Depends on the place alone: only a move scrolls, not a refresh of the rows.
  }, [at]);
  useKeys({
    j: () => setCurrent(Math.min(at + 1, count - 1)),
    k: () => setCurrent(Math.max(at - 1, 0)),
    Enter: (event) => {
      // Enter on a link or button is that element's own.
      if (at >= 0 && (event.target === document.body || event.target === document.getElementById("main")))
        keys.open(at);
    },
    ...Object.fromEntries(Object.entries(keys.more ?? {}).map(([key, act]) => [key, () => at >= 0 && act(at)])),
  });
  return at;
}
