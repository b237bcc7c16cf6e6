import { refuse } from "@windlass/contract";
import { pythonText } from "./python-text.ts";

/**
 * Cuts an object to the members that `fields` names.
 * @param schema Airflow's name of the schema, for its words
 * @throws RefusalError where a name is none of the object's
 */
export function cutTo(
  fields: readonly string[] | undefined,
  schema: string,
): (view: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> {
  if (fields === undefined) return (view) => view;
  return (view) => {
    const unknown = fields.filter((name) => !(name in view));
    if (unknown.length > 0) {
      const detail = `Invalid fields for <${schema}(many=False)>: OrderedSet(${pythonText(unknown)}).`;
      throw refuse(
        "request.field_wrong",
        {
          part: "query",
          name: "fields",
          problem: `no such member: ${unknown.join(", ")}`,
          expected: `some of ${Object.keys(view).join(", ")}`,
        },
        {
          pointer: "query/fields",
          actual: [...unknown],
          expected: Object.keys(view),
          airflow: { v1: { title: `${schema} init error`, detail } },
        },
      );
    }
    return Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)));
  };
}
