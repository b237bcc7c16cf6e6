import { refuse } from "@windlass/contract";

/** By what a list is ordered, as queries want it. */
export type ReadOrdering<Sort extends string> = readonly { readonly by: Sort; readonly descending: boolean }[];

/**
 * Reads names such as `-start_date`.
 * @param names wire names and what they order by
 * @throws RefusalError `request.order_by`
 */
export function readOrderBy<Sort extends string>(
  given: readonly string[],
  names: Readonly<Record<string, Sort>>,
): ReadOrdering<Sort> {
  return given.map((each) => {
    const descending = each.startsWith("-");
    const name = descending ? each.slice(1) : each;
    const by = Object.hasOwn(names, name) ? names[name] : undefined;
    if (by === undefined) {
      const known = Object.keys(names);
      throw refuse(
        "request.order_by",
        { given: name, known: known.join(", ") },
        {
          pointer: "query/order_by",
          actual: name,
          expected: known,
          airflow: { v2: `Ordering with '${name}' is disallowed or the attribute does not exist on the model` },
        },
      );
    }
    return { by, descending };
  });
}
