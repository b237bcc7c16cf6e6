import { RefusalError, type Verdict } from "@windlass/contract";
import { noteVerdicts } from "../../domain/decide/sizes.ts";
import { findRun } from "../../store/hand-changes.ts";
import { findTaskInstanceIds, setTaskInstanceNote as setNote } from "../../store/task-instances-by-hand.ts";
import type { Action } from "../action.ts";
import { unknownTaskInstance } from "./unknown-task-instance.ts";

/** Which task instance gets which note. */
export interface TaskInstanceNoteInput {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  /** null takes the note away. */
  readonly note: string | null;
}

interface NotePlan {
  readonly input: TaskInstanceNoteInput;
  readonly ids: readonly number[];
}

/** Sets the note of a task instance. */
export const setTaskInstanceNote: Action<TaskInstanceNoteInput, NotePlan, TaskInstanceNoteInput> = {
  name: "task_instance.set_note",
  event: "set_task_instance_note",
  subject: ({ dagId, runId, taskId, mapIndex }) => ({ dagId, runId, taskId, mapIndex }),
  async decide(context, request, input) {
    const verdicts: Verdict[] = [
      ...noteVerdicts(input.note, context.config.api.maximum_note_characters, "body", request.dialect),
    ];
    const run = await findRun(context.database, input.dagId, input.runId);
    const ids =
      run === undefined ? [] : await findTaskInstanceIds(context.database, run.id, input.taskId, input.mapIndex);
    if (ids.length === 0) verdicts.push(unknown(input));
    return { verdicts, warnings: [], plan: { input, ids } };
  },
  async execute(tx, _context, request, { input, ids }) {
    for (const id of ids) {
      if (!(await setNote(tx, id, input.note, request.principal.id === 0 ? null : request.principal.id)))
        throw new RefusalError(unknown(input).refusal);
    }
    return { result: input, extra: { note: true } };
  },
};

function unknown({ dagId, runId, taskId, mapIndex }: TaskInstanceNoteInput): Verdict {
  return unknownTaskInstance({ dagId, run: { runId }, taskId, mapIndex });
}
