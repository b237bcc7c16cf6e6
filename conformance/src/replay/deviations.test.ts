import { describe, expect, it } from "vitest";
import { DEVIATIONS, type DifferingStep } from "./deviations.ts";
import type { RecordedAnswer, Step } from "./recording.ts";

const answer = (status: number, type = "application/json"): RecordedAnswer => ({ status, type });

/** Which deviation explains a step that Airflow answered with `wanted` and we with `came`. */
function explanation(
  wanted: RecordedAnswer,
  came: RecordedAnswer,
  step: Partial<Step>,
  rest: Partial<DifferingStep> = {},
): string | undefined {
  const whole: Step = { do: "GET /api/v2/dags", got: wanted, ...step };
  return DEVIATIONS.find((each) =>
    each.explains({ wanted, came, step: whole, dialect: "v2", scenario: "any", ...rest }),
  )?.id;
}

describe("deviations on purpose", () => {
  it.each<
    [expected: string, wanted: RecordedAnswer, came: RecordedAnswer, step: Partial<Step>, rest?: Partial<DifferingStep>]
  >([
    ["credentials-first", answer(422), answer(401), { as: "anonymous" }],
    ["credentials-first", answer(403), answer(401), { headers: { cookie: "_token=old" } }],
    ["foreign-origin", answer(200), answer(403), { headers: { Origin: "https://elsewhere.example" } }],
    ["basic-on-v2", answer(401), answer(200), { as: "basic:admin" }],
    ["no-internal-errors", answer(500, "text/html"), answer(400), {}],
    ["bulk-errors-are-told-once", answer(422), answer(422), { do: "PATCH /api/v2/variables", body: {} }],
    [
      "tags-in-order",
      { ...answer(200), body: { dags: [{ tags: [{ name: "b" }, { name: "a" }] }] } },
      { ...answer(200), body: { dags: [{ tags: [{ name: "a" }, { name: "b" }] }] } },
      { do: "GET /api/v1/dags?limit=3" },
      { dialect: "v1" },
    ],
    [
      "audit-rows-name-their-run",
      { ...answer(200), body: { event_logs: [{ event: "api.set_dag_run_note" }] } },
      { ...answer(200), body: { event_logs: [{ event: "api.post_dag_run" }, { event: "api.set_dag_run_note" }] } },
      { do: "GET /api/v1/eventLogs?dag_id=paused&run_id=r" },
      { dialect: "v1" },
    ],
    ["json-below-api", answer(404, "text/html"), answer(404), {}],
    ["ambiguous-json-is-refused", answer(200), answer(400), { raw: '{"conf":{"a":1},"conf":{"a":2}}' }],
    ["ambiguous-json-is-refused", answer(200), answer(400), { raw: '{"conf":{"a":"\\ud800"}}' }],
    [
      "pause-is-yes-or-no",
      answer(200),
      answer(400),
      { do: "PATCH /api/v1/dags/documented", body: { is_paused: null } },
      { dialect: "v1" },
    ],
    [
      "slots-end-at-minus-one",
      answer(200),
      answer(400),
      { do: "POST /api/v1/pools", body: { name: "p", slots: -5 } },
      { dialect: "v1" },
    ],
    [
      "roles-are-what-was-sent",
      answer(200),
      answer(200),
      { do: "PATCH /api/v1/roles/r", body: { actions: [] } },
      { dialect: "v1" },
    ],
    [
      "early-runs-have-tasks",
      answer(200),
      answer(200),
      { do: "GET /api/v1/dags/simple/dagRuns/r/taskInstances" },
      { scenario: "create.before_start_date", dialect: "v1" },
    ],
    ["wrong-path-is-404", answer(405), answer(404), {}],
    ["v1-beside-v2", answer(404), answer(200), { do: "GET /api/v1/dags" }],
    [
      "refused-is-not-audited-as-done",
      answer(200),
      answer(200),
      { do: "GET /api/v1/eventLogs" },
      { scenario: "logs.refused", dialect: "v1" },
    ],
    [
      "logs-as-text",
      answer(406),
      answer(200, "text/plain"),
      { do: "GET /api/v2/dags/d/dagRuns/r/taskInstances/t/logs/1" },
    ],
    ["nan-is-not-json", answer(200), answer(422), { raw: '{"conf": {"a": NaN}}' }],
    ["date-time-params-are-checked", answer(200), answer(400), { do: "POST /x", body: { conf: { when: "tomorrow" } } }],
  ])("%s is recognised", (expected, wanted, came, step, rest) => {
    expect(explanation(wanted, came, step, rest)).toBe(expected);
  });

  it("excuse nothing else: a refusal where Airflow succeeds stays a difference", () => {
    expect(explanation(answer(200), answer(401), {})).toBeUndefined();
    expect(explanation(answer(200), answer(500), { as: "anonymous" })).toBeUndefined();
    expect(explanation(answer(404), answer(400), {})).toBeUndefined();
  });
});
