import { describe, expect, it } from "vitest";
import { Dag, param, requiredParam } from "../index.ts";

function states(result: {
  readonly taskInstances: readonly { readonly taskId: string; readonly state: string | null }[];
}) {
  return Object.fromEntries(result.taskInstances.map(({ taskId, state }) => [taskId, state]));
}

describe("an approval", () => {
  function release(options: object = {}) {
    const dag = new Dag("release");
    const ok = dag.approval("ok", { subject: ({ runId }) => `Release ${runId}?`, timeout: "1h", ...options });
    const ship = dag.empty("ship");
    ok.before(ship);
    ship.before(dag.empty("tell", { triggerRule: "all_done" }));
    return dag;
  }

  it("lets what stands behind it run, and its result says who approved", async () => {
    const result = await release().test({ humanAnswers: { ok: { chosen: "Approve", by: "ana" } } });
    expect(states(result)).toEqual({ ok: "success", ship: "success", tell: "success" });
    expect(result.xcoms["ok"]?.["return_value"]).toMatchObject({
      chosen_options: ["Approve"],
      params_input: {},
      responded_by_user: { id: "ana", name: "ana" },
    });
  });

  it("that is rejected skips what stands directly behind it, or everything", async () => {
    const told = { humanAnswers: { ok: "Reject" } };
    expect(states(await release().test(told))).toEqual({ ok: "success", ship: "skipped", tell: "success" });
    const all = release({ ignoreDownstreamTriggerRules: true });
    expect(states(await all.test(told))).toEqual({ ok: "success", ship: "skipped", tell: "skipped" });
  });

  it("that is rejected fails where that was to count", async () => {
    const result = await release({ failOnReject: true }).test({ humanAnswers: { ok: "Reject" } });
    expect(states(result)).toEqual({ ok: "failed", ship: "upstream_failed", tell: "success" });
  });

  it("fails when nobody answers in time, or takes what counts then", async () => {
    expect(states(await release().test())).toMatchObject({ ok: "failed" });
    const approved = await release({ onTimeout: "approve" }).test({ humanAnswers: { ok: "timeout" } });
    expect(approved.xcoms["ok"]?.["return_value"]).toMatchObject({ responded_by_user: null });
    expect(states(approved)).toMatchObject({ ship: "success" });
    expect(states(await release({ onTimeout: "reject" }).test())).toMatchObject({ ok: "success", ship: "skipped" });
  });

  it("without a time-out ends the test where it is not answered", async () => {
    await expect(release({ timeout: undefined }).test()).rejects.toMatchObject({
      refusals: [{ code: "test.wait_unanswered" }],
    });
  });
});

describe("other questions", () => {
  it("a form gives its fields, typed, with their defaults where they are left out", async () => {
    const dag = new Dag("budget");
    const asked = dag.humanInput("ask", {
      subject: "How much?",
      form: { euros: requiredParam({ type: "integer", minimum: 1 }), why: param("none", { type: "string" }) },
    });
    const use = dag.task(
      "use",
      ({ given }: { given: { readonly params_input: { readonly euros: number } } }) => given.params_input.euros + 1,
    );
    use({ given: asked });
    const result = await dag.test({ humanAnswers: { ask: { chosen: "OK", input: { euros: 5 } } } });
    expect(result.xcoms).toMatchObject({
      use: { return_value: 6 },
      ask: { return_value: { params_input: { euros: 5, why: "none" } } },
    });
  });

  it("a branch follows the ways that a person chose", async () => {
    const dag = new Dag("ways");
    const [left, right] = [dag.empty("left"), dag.empty("right")];
    const both = { subject: "Where to?", options: ["west", "right"], multiple: true } as const;
    dag.humanBranch("choose", { ...both, ways: { west: left } }).before(left, right);
    expect(states(await dag.test({ humanAnswers: { choose: "west" } }))).toMatchObject({
      left: "success",
      right: "skipped",
    });
    expect(states(await dag.test({ humanAnswers: { choose: ["west", "right"] } }))).toMatchObject({
      left: "success",
      right: "success",
    });
  });

  it("a choice that is none of the options is refused, as the server would", async () => {
    const dag = new Dag("choice");
    dag.humanChoice("choose", { subject: "Which?", options: ["a", "b"] });
    await expect(dag.test({ humanAnswers: { choose: "c" } })).rejects.toMatchObject({
      refusals: [{ code: "human_step.option_unknown" }],
    });
    await expect(dag.test({ humanAnswers: { choose: ["a", "b"] } })).rejects.toMatchObject({
      refusals: [{ code: "human_step.one_option" }],
    });
  });
});
