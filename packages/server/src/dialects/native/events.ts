import { authorize, type Principal } from "@windlass/contract";
import { latestEventId, replayEvents } from "@windlass/core/queries";
import type { Call } from "../../call.ts";
import type { LiveEvent } from "../../live-feed.ts";
import { defineOperation } from "../../operation.ts";
import { integer, list, optional, text, withDefault } from "../../request/field.ts";
import { callerNow } from "./caller-now.ts";
import { eventMessage, eventOfRow } from "./event-view.ts";
import { MessageQueue } from "./message-queue.ts";
import { readTopics, type TopicFilter } from "./topics.ts";

const HEARTBEAT_MS = 15_000;
/** A reader further behind is dropped; with its cursor it misses nothing. */
const MOST_WAITING = 2000;
/** A reader that missed more reads everything anew, which is cheaper. */
const MOST_REPLAYED = 5000;

/** Whether somebody may hear of an event: by the rights with which the thing itself is read. */
function mayHear(principal: Principal, event: LiveEvent): boolean {
  const may = (name: Parameters<typeof authorize>[1], dagId: string | null): boolean =>
    authorize(principal, name, { dagId }).length === 0;
  switch (event.kind) {
    case "dag":
      return may("dag.read", event.dagId);
    case "dag_run":
      return may("dag_run.read", event.dagId);
    case "task_instance":
      return may("task_instance.read", event.dagId);
    case "import_error":
      return may("import_error.list", null);
    case "refusal":
      return event.accountId === principal.id || may("refusal.list_all", null);
  }
}

async function* messages(
  call: Call<unknown, unknown, unknown>,
  isMeant: TopicFilter,
  cursor: number | undefined,
): AsyncGenerator<string> {
  const { server, signal } = call;
  const { database } = server.actions;
  let { principal } = call;
  const queue = new MessageQueue(MOST_WAITING);
  const isTold = (event: LiveEvent): boolean => isMeant(event) && mayHear(principal, event);
  // Listened to before the past is read, so that nothing falls between.
  const leave = server.live.subscribe((event) => {
    if (isTold(event)) queue.add(eventMessage(event));
  });
  const gone = (): void => {
    queue.end();
  };
  signal.addEventListener("abort", gone, { once: true });
  try {
    const missed = cursor === undefined ? [] : await replayEvents(database, cursor, MOST_REPLAYED);
    if (missed === undefined) yield "event: reset\ndata: {}\n\n";
    if (cursor === undefined || missed === undefined)
      yield `: connected\nid: ${String(await latestEventId(database))}\n\n`;
    else yield `: connected\n\n${missed.map(eventOfRow).filter(isTold).map(eventMessage).join("")}`;
    while (!queue.ended) {
      const taken = await queue.take(HEARTBEAT_MS);
      if (taken !== undefined) {
        yield taken;
        continue;
      }
      if (signal.aborted) return;
      const now = await callerNow(call);
      if (now === undefined) return;
      principal = now;
      yield ": alive\n\n";
    }
  } finally {
    leave();
    signal.removeEventListener("abort", gone);
  }
}

/** The stream of changes. */
export const eventOperations = [
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/events",
    operationId: "follow_events",
    summary: "Changes as server-sent events, resumable by the id of the last one",
    action: "events.read",
    query: { topics: withDefault(list(text()), []), after: optional(integer({ minimum: 0 })) },
    produces: ["text/event-stream"],
    async handle(call) {
      const last = call.headers["last-event-id"];
      const cursor = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) : call.query.after;
      return {
        status: 200,
        type: "text/event-stream",
        // Proxies are told not to gather.
        headers: { "x-accel-buffering": "no", "cache-control": "no-store" },
        stream: messages(call, readTopics(call.query.topics), cursor),
      };
    },
  }),
];
