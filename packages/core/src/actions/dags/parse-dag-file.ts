import { authorize, refusal, type Verdict } from "@windlass/contract";
import { listDagIdsOfFile } from "../../queries/dag-files.ts";
import type { Action } from "../action.ts";

/** Which Dag file to parse again. */
export interface ParseDagFileInput {
  readonly relativeFileloc: string;
}

/** Has a Dag file parsed again although it did not change. Whoever may edit every Dag in it may ask for that. */
export const parseDagFile: Action<ParseDagFileInput, ParseDagFileInput, ParseDagFileInput> = {
  name: "dag.parse",
  event: "reparse_dag_file",
  subject: () => ({ dagId: null }),
  async decide(context, request, input) {
    const dagIds = await listDagIdsOfFile(context.database, input.relativeFileloc);
    const barred = dagIds.filter((dagId) => authorize(request.principal, "dag.parse", { dagId }).length > 0);
    const verdicts: Verdict[] = [];
    if (dagIds.length === 0 || barred.length > 0) {
      const airflow = { v1: { title: "File not found", detail: null }, v2: "File not found" };
      verdicts.push({
        phase: "existence",
        refusal: refusal(
          "object.unknown",
          { kind: "Dag file", name: JSON.stringify(input.relativeFileloc), near: "" },
          { pointer: "path/file_token", airflow },
        ),
      });
    }
    return { verdicts, warnings: [], plan: input };
  },
  execute(_tx, context, _request, { relativeFileloc }) {
    return Promise.resolve({
      result: { relativeFileloc },
      extra: { file: relativeFileloc },
      afterCommit: () => {
        context.signals.parseAgain(relativeFileloc);
      },
    });
  },
};
