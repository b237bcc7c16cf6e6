import { type DecisionWarning, refusal, type Verdict, type WarningCode, WARNINGS } from "@windlass/contract";

/** The verdicts that `Prefer: handling=strict` makes of warnings that a run could not start now. */
export function strictVerdicts(warnings: readonly DecisionWarning[], dagId: string | null): readonly Verdict[] {
  return warnings
    .filter(({ code }) => WARNINGS[code as WarningCode].keepsWaiting)
    .map(({ code, summary, fix, offer }) => ({
      phase: "limits",
      refusal:
        code === "dag_paused"
          ? refusal(
              "dag.paused_strict",
              { dag_id: dagId ?? "" },
              offer === undefined ? {} : { suggestedRequest: offer },
            )
          : refusal("run.cannot_start_now", { summary, fix }),
    }));
}
