import type { JsonObject, NamedTaskInstance } from "@windlass/contract";
import type { AlertContent } from "../../domain/notices/notice.ts";

const TITLES = { failure: "failed", success: "succeeded", deadline: "missed a deadline" } as const;

/** Links to the web page; null where nobody said under which address it is reached. */
export interface AlertLinks {
  readonly baseUrl: string | null;
}

function runLink({ dagId, runId }: AlertContent, { baseUrl }: AlertLinks): string | null {
  if (baseUrl === null) return null;
  return `${baseUrl.replace(/\/+$/, "")}/dags/${encodeURIComponent(dagId)}/runs/${encodeURIComponent(runId)}`;
}

/** A name that is shown: of a mapped task with its map index. */
function nameOf({ taskId, mapIndex }: NamedTaskInstance): string {
  return mapIndex < 0 ? taskId : `${taskId}[${String(mapIndex)}]`;
}

/** One line that says it all. */
function alertTitle(content: AlertContent): string {
  const name = content.deadline?.name;
  const deadline = name ? ` "${name}"` : "";
  return `${content.dagId}: run ${content.runId} ${TITLES[content.event]}${deadline}`;
}

/** What a webhook gets: Airflow's names for what Airflow has. */
export function alertJson(content: AlertContent, links: AlertLinks, dedupeKey: string, delivery: number): JsonObject {
  const run = runLink(content, links);
  return {
    event: content.event,
    title: alertTitle(content),
    dag_id: content.dagId,
    dag_run_id: content.runId,
    state: content.state,
    reason: content.reason,
    logical_date: content.logicalDate,
    start_date: content.startDate,
    end_date: content.endDate,
    deadline: content.deadline && { name: content.deadline.name, deadline_time: content.deadline.at },
    failed: content.failed.map((each) => ({
      task_id: each.taskId,
      map_index: each.mapIndex,
      try_number: each.tryNumber,
      url: run === null ? null : `${run}/tasks/${encodeURIComponent(each.taskId)}`,
    })),
    url: run,
    dedupe_key: dedupeKey,
    delivery,
  };
}

/** The lines below the title. */
function details(content: AlertContent): readonly string[] {
  const failed = content.failed.slice(0, 10).map(nameOf).join(", ");
  const more = content.failed.length > 10 ? " …" : "";
  return [
    `State: ${content.state} (${content.reason})`,
    ...(content.logicalDate === null ? [] : [`Logical date: ${content.logicalDate}`]),
    ...(content.startDate === null ? [] : [`Started: ${content.startDate}`]),
    ...(content.endDate === null ? [] : [`Ended: ${content.endDate}`]),
    ...(content.deadline ? [`Deadline: ${content.deadline.at}`] : []),
    ...(failed === "" ? [] : [`Failed: ${failed}${more}`]),
  ];
}

/** The text of an e-mail. */
export function alertMail(
  content: AlertContent,
  links: AlertLinks,
): { readonly subject: string; readonly text: string } {
  const run = runLink(content, links);
  return {
    subject: `[Windlass] ${alertTitle(content)}`,
    text: `${[alertTitle(content), "", ...details(content), ...(run === null ? [] : ["", run])].join("\n")}\n`,
  };
}

const MARKS = { failure: ":red_circle:", success: ":large_green_circle:", deadline: ":alarm_clock:" } as const;

/** What Slack's webhooks take. */
export function alertSlack(content: AlertContent, links: AlertLinks, channel: string | null): JsonObject {
  const run = runLink(content, links);
  const title = escaped(alertTitle(content));
  const head = run === null ? `*${title}*` : `*<${run}|${title}>*`;
  const text = [`${MARKS[content.event]} ${head}`, ...details(content).map(escaped)].join("\n");
  return {
    text: alertTitle(content),
    ...(channel !== null && { channel }),
    blocks: [{ type: "section", text: { type: "mrkdwn", text: text.slice(0, 3_000) } }],
  };
}

/** Slack's own three. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
