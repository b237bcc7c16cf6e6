import { type JsonValue, refusal, RefusalError } from "@windlass/contract";

/** 404 in Airflow's shape. */
export function notFound(kind: string, name: string, message: string): RefusalError {
  const v2: JsonValue = { reason: "not_found", message };
  return new RefusalError(refusal("object.unknown", { kind, name, near: "" }, { airflow: { v2 } }));
}

/** 400 or 422 in Airflow's shape. */
export function wrongField(
  name: string,
  part: string,
  problem: string,
  expected: string,
  reason: string,
): RefusalError {
  const pointer = part === "body" ? `/${name}` : `${part}/${name}`;
  const v2: JsonValue = { reason, message: `${name}: ${problem}` };
  return new RefusalError(
    refusal("request.field_wrong", { name, part, problem, expected }, { pointer, airflow: { v2 } }),
  );
}
