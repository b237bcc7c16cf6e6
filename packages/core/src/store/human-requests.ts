import type { HumanAnswer, HumanRequest, Instant, JsonObject } from "@windlass/contract";
import type { Sql } from "../database/sql.ts";

/** A question that a try of a task instance begins to wait for. */
export interface AskedHuman {
  readonly taskInstanceId: number;
  readonly tryNumber: number;
  readonly attemptId: string;
  readonly request: HumanRequest;
  readonly createdAt: Instant;
  readonly dueAt: Instant | null;
}

/** What ended the wait for a person. */
export interface AnsweredHuman {
  readonly taskInstanceId: number;
  readonly tryNumber: number;
  readonly answer: HumanAnswer;
}

/** Keeps questions; one that the same try asked before gives way. */
export async function insertHumanRequests(sql: Sql, asked: readonly AskedHuman[]): Promise<void> {
  await sql.execute(
    `insert into human_request (task_instance_id, try_number, attempt_id, request, subject, body, created_at, due_at)
     select task_instance_id, try_number, attempt_id, request, request ->> 'subject', request ->> 'body', created_at, due_at
     from json_to_recordset($1::json) as g(task_instance_id bigint, try_number integer, attempt_id uuid, request json, created_at timestamptz,
       due_at timestamptz)
     on conflict (task_instance_id, try_number) do update set attempt_id = excluded.attempt_id, request = excluded.request,
       subject = excluded.subject, body = excluded.body, created_at = excluded.created_at, due_at = excluded.due_at, responded_at = null,
       responded_by_id = null, responded_by_name = null, chosen_options = null, params_input = null, timed_out = false`,
    [
      JSON.stringify(
        asked.map((each) => ({
          task_instance_id: each.taskInstanceId,
          try_number: each.tryNumber,
          attempt_id: each.attemptId,
          request: each.request,
          created_at: each.createdAt,
          due_at: each.dueAt,
        })),
      ),
    ],
  );
}

/** Keeps answers beside their questions. */
export async function answerHumanRequests(sql: Sql, answered: readonly AnsweredHuman[]): Promise<void> {
  for (const { taskInstanceId, tryNumber, answer } of answered) {
    await sql.execute(
      `update human_request set responded_at = $3, responded_by_id = $4, responded_by_name = $5, chosen_options = $6, params_input = $7,
         timed_out = $8
       where task_instance_id = $1 and try_number = $2 and responded_at is null`,
      [
        taskInstanceId,
        tryNumber,
        answer.responded_at,
        answer.responded_by_user?.id ?? null,
        answer.responded_by_user?.name ?? null,
        answer.chosen_options,
        JSON.stringify(answer.params_input),
        answer.timedout,
      ],
    );
  }
}

/** A question of a try, with its answer where there is one. */
export interface HumanRequestRow {
  readonly request: HumanRequest;
  readonly respondedAt: Instant | null;
  readonly respondedById: string | null;
  readonly respondedByName: string | null;
  readonly chosenOptions: readonly string[] | null;
  readonly paramsInput: JsonObject | null;
}

/** The question of a try; undefined where it asked none. */
export async function findHumanRequest(
  sql: Sql,
  taskInstanceId: number,
  tryNumber: number,
): Promise<HumanRequestRow | undefined> {
  const [row] = await sql.query<HumanRequestRow>(
    `select request, responded_at as "respondedAt", responded_by_id as "respondedById", responded_by_name as "respondedByName",
       chosen_options as "chosenOptions", params_input as "paramsInput"
     from human_request where task_instance_id = $1 and try_number = $2`,
    [taskInstanceId, tryNumber],
  );
  return row;
}
