import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusal, REFUSAL_CODES, type RefusalCode } from "../refusals/catalogue.ts";
import { orderVerdicts, VERDICT_PHASES, type Verdict } from "./verdict.ts";

const verdict = fc.record({
  phase: fc.constantFrom(...VERDICT_PHASES),
  refusal: fc.constantFrom(...REFUSAL_CODES).map((code: RefusalCode) => refusal(code)),
});
const dialect = fc.constantFrom("v1" as const, "v2" as const, "native" as const);
const first = (verdicts: readonly Verdict[], by: "v1" | "v2" | "native") => orderVerdicts(verdicts, by, true)[0]?.code;
const of = (phase: Verdict["phase"], code: RefusalCode): Verdict => ({ phase, refusal: refusal(code) });

describe("the order of verdicts", () => {
  it("puts who you are before everything, and tells a stranger nothing else", () => {
    fc.assert(
      fc.property(fc.array(verdict), dialect, fc.boolean(), (verdicts, by, mayRead) => {
        const stranger = of("identity", "credentials.wrong");
        expect(orderVerdicts([...verdicts, stranger], by, mayRead)).toEqual(
          orderVerdicts(
            [...verdicts, stranger].filter(({ phase }) => phase === "identity"),
            by,
            mayRead,
          ),
        );
      }),
    );
  });

  it("loses and adds no verdict for a caller who may read", () => {
    fc.assert(
      fc.property(fc.array(verdict.filter(({ phase }) => phase !== "identity")), dialect, (verdicts, by) => {
        expect(new Set(orderVerdicts(verdicts, by, true))).toEqual(new Set(verdicts.map((each) => each.refusal)));
        expect(orderVerdicts(verdicts, by, true)).toHaveLength(verdicts.length);
      }),
    );
  });

  it("tells a caller who may neither act nor read nothing that depends on what is stored", () => {
    fc.assert(
      fc.property(fc.array(verdict.filter(({ phase }) => phase !== "identity")), dialect, (verdicts, by) => {
        const barred = [of("permission", "permission.missing"), ...verdicts];
        const stored: readonly string[] = [
          "existence",
          "state",
          "conflict",
          "run",
          "params",
          "requirements",
          "limits",
          "idempotency",
        ];
        const told = new Set(orderVerdicts(barred, by, false));
        for (const { phase, refusal: each } of verdicts) if (stored.includes(phase)) expect(told.has(each)).toBe(false);
      }),
    );
  });

  it("is Airflow 2's in v1 and Airflow 3's in v2", () => {
    const body = of("body", "request.field_wrong");
    const right = of("permission", "permission.missing");
    const dag = of("existence", "dag.unknown");
    const taken = of("conflict", "run.id_taken");
    const params = of("params", "params.missing");
    expect(first([dag, right, body], "v1")).toBe("request.field_wrong");
    expect(first([dag, body, right], "v2")).toBe("permission.missing");
    expect(first([dag, body], "v2")).toBe("request.field_wrong");
    expect(first([params, taken], "v1")).toBe("run.id_taken");
    expect(first([taken, params], "v2")).toBe("params.missing");
  });
});
