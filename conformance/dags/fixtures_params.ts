/** Twins of Airflow's fixture Dags with params. */
import { Dag, getContext } from "windlass";

const common = { startDate: "2026-01-01T00:00:00Z", catchup: false, isPausedUponCreation: false } as const;

export const requiredParam = new Dag("required_param", {
  ...common,
  params: {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1, title: "Name", description: "Whom to greet" },
      count: { type: "integer", minimum: 1, maximum: 10, default: 3 },
    },
    required: ["name"],
  },
});
const greet = requiredParam.task("greet", () => {
  const { params } = getContext();
  console.log("greeting", params["name"], params["count"]);
  return `hello ${String(params["name"])}`;
});
greet();

export const typedParams = new Dag("typed_params", {
  ...common,
  params: {
    type: "object",
    properties: {
      flag: { type: "boolean", default: false },
      ratio: { type: "number", exclusiveMinimum: 0, maximum: 1, default: 0.5 },
      color: { type: "string", enum: ["red", "green", "blue"], default: "red" },
      when: { type: "string", format: "date-time", default: "2026-01-01T00:00:00+00:00" },
      day: { type: "string", format: "date", default: "2026-01-01" },
      maybe: { type: ["null", "string"], default: null },
      list: { type: "array", items: { type: "string" }, minItems: 1, default: ["a", "b"] },
      settings: {
        type: "object",
        properties: { depth: { type: "integer" } },
        required: ["depth"],
        default: { depth: 1 },
      },
      code: { type: "string", pattern: "^[A-Z]{2}-[0-9]+$", default: "AB-1" },
      const: { const: 42, default: 42 },
      free: { default: "anything" },
    },
  },
});
const show = typedParams.task("show", () => ({ ...getContext().params }));
show();

export const usesConf = new Dag("uses_conf", common);
const read = usesConf.task("read", () => ({ ...getContext().dagRun.conf }));
read();
