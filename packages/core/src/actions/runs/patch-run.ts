import { invariant, type JsonObject, RefusalError, type RunState, type Verdict } from "@windlass/contract";
import { noteVerdicts } from "../../domain/decide/sizes.ts";
import { type MarkableRunState, markRun } from "../../domain/mark.ts";
import { findRun, type RunKey, setRunNote } from "../../store/hand-changes.ts";
import type { Action, Findings } from "../action.ts";
import { changeRun } from "./change-run.ts";
import { runFindings, unknownRun } from "./find-run.ts";

/** What of a run may be changed by hand; absent stays. */
export interface PatchRunInput {
  readonly dagId: string;
  readonly runId: string;
  readonly state?: MarkableRunState | undefined;
  readonly note?: string | null | undefined;
}

/** A run as a patch leaves it. */
export interface PatchedRun {
  readonly id: number;
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly note: string | null;
}

interface PatchRunPlan {
  readonly input: PatchRunInput;
  readonly run: RunKey;
}

/** Sets a run's state by hand, with what follows for its task instances, or its note. */
export const patchRun: Action<PatchRunInput, PatchRunPlan, PatchedRun> = {
  name: "dag_run.edit",
  event: "patch_dag_run",
  subject: ({ dagId, runId }) => ({ dagId, runId }),
  async decide(context, request, input): Promise<Findings<PatchRunPlan>> {
    const verdicts: Verdict[] = [
      ...noteVerdicts(input.note, context.config.api.maximum_note_characters, "body", request.dialect),
    ];
    const { run, verdicts: missing } = await runFindings(context, input.dagId, input.runId);
    verdicts.push(...missing);
    return { verdicts, warnings: [], plan: run ? { input, run } : null };
  },
  async execute(tx, context, request, { input }) {
    const { dagId, runId } = input;
    const run = await findRun(tx, dagId, runId, true);
    if (!run) throw new RefusalError(unknownRun(dagId, runId).refusal);
    const wanted = input.state;
    const changed =
      wanted === undefined
        ? undefined
        : await changeRun(tx, context, run.id, (snapshot) =>
            markRun(snapshot, wanted, { everythingSucceeds: request.dialect === "v1" }),
          );
    if (input.note !== undefined)
      await setRunNote(tx, run.id, input.note, request.principal.id === 0 ? null : request.principal.id);
    const extra: JsonObject = {
      ...(wanted === undefined ? {} : { state: [run.state, wanted] }),
      ...(input.note === undefined ? {} : { note: true }),
    };
    const now = await findRun(tx, dagId, runId);
    invariant(now, "a locked run is gone");
    return {
      result: { id: run.id, dagId, runId, state: now.state, note: now.note },
      extra,
      afterCommit: () => {
        if (changed && changed.endedAttempts.length > 0) context.signals.cancelAttempts(changed.endedAttempts);
        if (changed) context.signals.runChanged(run.id);
      },
    };
  },
};

/** As `patchRun`, for v1's own operation on the note. */
export const setRunNoteAction: Action<PatchRunInput, PatchRunPlan, PatchedRun> = {
  ...patchRun,
  name: "dag_run.set_note",
  event: "set_dag_run_note",
};
