import { type Instant, refusal, refuse, type Verdict } from "@windlass/contract";
import { findDefinition, listRuns, type RunRow } from "@windlass/core/queries";
import { ok } from "../../answer.ts";
import type { Call } from "../../call.ts";
import { dagUnknown } from "../../not-found.ts";
import { defineOperation } from "../../operation.ts";
import { list, moment, nullable, optional, record, text, choice } from "../../request/field.ts";
import { requireAction } from "../../require-action.ts";
import { withStatus } from "../with-status.ts";
import { bodyVerdict } from "./body-verdict.ts";
import { clearOneRun, clearRunFields, onlyVerdicts } from "./clear.ts";
import { runView } from "./run-view.ts";
import { runOf } from "./runs.ts";

const namedRun = record({
  dag_run_id: text(),
  dag_id: optional(nullable(text())),
  state: optional(nullable(choice(["queued", "success", "failed"]))),
  note: optional(nullable(text({ maxLength: 1000 }))),
});

type NamedRun = NonNullable<(typeof namedRun)["value"]>;

interface Body {
  readonly dag_runs?: readonly NamedRun[] | undefined;
  readonly partition_key?: string | null | undefined;
  readonly partition_date_start?: Instant | null | undefined;
  readonly partition_date_end?: Instant | null | undefined;
}

const WHICH =
  "Exactly one of dag_runs (non-empty), partition_key, or a partition date window (partition_date_start / partition_date_end) must be provided.";

function whichVerdicts({ body, rawBody }: Pick<Call<unknown, unknown, Body>, "body" | "rawBody">): readonly Verdict[] {
  const window = body.partition_date_start ?? body.partition_date_end;
  const ways = [(body.dag_runs ?? []).length > 0, body.partition_key != null, window != null];
  return ways.filter(Boolean).length === 1 ? [] : [bodyVerdict(WHICH, "one of them", rawBody)];
}

/** The runs that a body names, each once, in its order. @throws RefusalError where one is of another Dag than the path's, or of none */
function namedRuns(dagId: string, runs: readonly NamedRun[]): readonly { dagId: string; runId: string }[] {
  const named = runs.map((run) => {
    const given = run.dag_id == null || run.dag_id === "" ? undefined : run.dag_id;
    if (dagId === "~" && (given === undefined || given === "~"))
      throw wrongDag(
        `When the URL dag_id is '~', every entry must provide a concrete dag_id (missing on dag_run_id: '${run.dag_run_id}').`,
      );
    if (dagId !== "~" && given !== undefined && given !== dagId)
      throw wrongDag(`Entry dag_id '${given}' does not match the URL dag_id '${dagId}'.`);
    return { dagId: given ?? dagId, runId: run.dag_run_id };
  });
  return [...new Map(named.map((each) => [`${each.dagId}\n${each.runId}`, each])).values()];
}

/** As many as a clear of a span of dates takes. */
const MOST_RUNS = 1000;

/** The runs of a partition, or of those that begin in a window with its ends, in the order of their partitions. */
async function partitionRuns(
  { server }: Pick<Call<unknown, unknown, unknown>, "server">,
  dagId: string,
  { partition_key: partitionKey, partition_date_start: gte, partition_date_end: lte }: Body,
): Promise<readonly { dagId: string; runId: string }[]> {
  const { rows, total } = await listRuns(
    server.actions.database,
    { all: false, dagIds: new Set([dagId]) },
    partitionKey == null ? { partitionDate: { gte: gte ?? undefined, lte: lte ?? undefined } } : { partitionKey },
    [
      { by: "partitionDate", descending: false },
      { by: "runId", descending: false },
    ],
    { limit: MOST_RUNS, offset: 0 },
  );
  if (total > MOST_RUNS) throw refuse("limit.runs_at_once", { dag_id: dagId, limit: MOST_RUNS }, { limit: MOST_RUNS });
  return rows;
}

const ONE_DAG = "Partition selectors require a concrete dag_id; '~' is not supported.";

function wrongDag(said: string) {
  const data = {
    part: "body",
    name: "dag_runs",
    problem: said,
    expected: "runs of the path's Dag, or their Dags' ids",
  };
  return withStatus(400, refusal("request.field_wrong", data, { pointer: "/dag_runs", airflow: { v2: said } }));
}

/** Having several runs executed again. */
export const clearRunsOperations = [
  defineOperation({
    dialect: "v2",
    method: "POST",
    path: "/api/v2/dags/{dag_id}/clearDagRuns",
    operationId: "clear_dag_runs",
    summary:
      "Has several runs executed again, named or by their partitions, or tells what that would be; ~ stands for Dags that the body names",
    action: "dag_run.clear",
    params: { dag_id: text() },
    body: record({
      ...clearRunFields,
      partition_key: optional(nullable(text())),
      partition_date_start: optional(nullable(moment("utc"))),
      partition_date_end: optional(nullable(moment("utc"))),
      dag_runs: optional(list(namedRun)),
    }),
    async handle(call) {
      const { server, params, body } = call;
      const dagId = params.dag_id;
      const wrong = (call.request.verdicts ?? []).length > 0;
      const verdicts = wrong ? [] : [...onlyVerdicts(call), ...whichVerdicts(call)];
      call.judgeAll(dagId === "~" ? [] : ["dag_run.clear"], verdicts);
      const isNamed = (body.dag_runs ?? []).length > 0;
      if (!isNamed && dagId === "~") throw wrongDag(ONE_DAG);
      const named = isNamed ? namedRuns(dagId, body.dag_runs ?? []) : [];
      for (const id of new Set(named.map((each) => each.dagId))) requireAction(call, "dag_run.clear", id);
      if (dagId !== "~" && (await findDefinition(server.actions.database, dagId)) === undefined)
        throw await dagUnknown(call, dagId, { v2: `The Dag with ID: \`${dagId}\` was not found` });
      const runs = isNamed ? named : await partitionRuns(call, dagId, body);
      // All have to be there before any is cleared.
      for (const each of runs) await runOf(call, each.dagId, each.runId);
      const affected: Record<string, unknown>[] = [];
      const cleared: RunRow[] = [];
      for (const each of runs) {
        affected.push(...(await clearOneRun(call, each.dagId, each.runId)).affected);
        if (!body.dry_run) cleared.push(await runOf(call, each.dagId, each.runId));
      }
      if (body.dry_run) return ok({ task_instances: affected, total_entries: affected.length });
      return ok({
        dag_runs: cleared.map(runView),
        total_entries: cleared.length,
        total_entries_limit: null,
        next_cursor: null,
        previous_cursor: null,
      });
    },
  }),
];
