import { testChain, testDag } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, type NativeServer, nativeServer, type ToldEvent } from "./test-support/native-server.ts";

let native: NativeServer;
let url: string;

beforeAll(async () => {
  native = await nativeServer();
  await native.account("one", {
    permissions: ["can_read on DAG:alpha", "can_read on DAG Runs", "can_read on Task Instances"],
  });
  await native.store([testDag("alpha", testChain(1)), testDag("beta", testChain(1))]);
  for (const dagId of ["alpha", "beta"])
    await native.ask("admin", "POST", `/api/v2/dags/${dagId}/dagRuns`, { dag_run_id: "r", logical_date: null });
  await native.test.database.execute("delete from event");
  await native.test.database.execute(
    `insert into event (at, dag_id, dag_run_id, from_state, to_state, reason)
     select clock_timestamp() - interval '1 hour', r.dag_id, r.id, 'queued', 'running', 'test' from dag_run r order by r.dag_id`,
  );
  url = await native.server.listen(0, "127.0.0.1");
});

afterAll(async () => {
  await native?.[Symbol.asyncDispose]();
});

interface Stream extends AsyncDisposable {
  /** Text up to and with the first message that holds a text. */
  until(text: string): Promise<string>;
  readonly ended: Promise<string>;
}

async function open(userName: string, query = "", headers: Record<string, string> = {}): Promise<Stream> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/windlass/v1/events${query}`, {
    headers: { authorization: basic(userName), ...headers },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = "";
  return {
    async until(text) {
      while (!(read.includes(text) && read.endsWith("\n\n"))) {
        const { done, value } = await reader.read();
        if (done) return read;
        read += value;
      }
      return read;
    },
    get ended() {
      return (async () => {
        for (;;) {
          const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
          if (done) return read;
          read += value ?? "";
        }
      })();
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
    },
  };
}

const ids = async (): Promise<readonly number[]> =>
  (await native.test.database.query<{ id: number }>("select id from event order by id")).map(({ id }) => id);
const told = (text: string): string[] => [...text.matchAll(/"dag_id":"(\w+)"/g)].map(([, dagId]) => String(dagId));
const change = (dagId: string, more: Partial<ToldEvent> = {}): ToldEvent => ({
  id: 1_000_000,
  kind: "dag_run",
  dagId,
  runId: "r",
  state: "success",
  ...more,
});

describe("the stream of changes", () => {
  it("tells changes as they come, with ids to come back with", async () => {
    await using stream = await open("admin");
    await stream.until(": connected");
    native.tell(change("alpha"));
    const text = await stream.until("success");
    expect(text).toContain("event: change\nid: 1000000\n");
    expect(text).toContain(
      `data: {"id":1000000,"kind":"dag_run","dag_id":"alpha","run_id":"r","task_id":null,"map_index":null,"state":"success"`,
    );
  });

  it("begins with the newest id, so that a reader that heard nothing can come back too", async () => {
    await using stream = await open("admin");
    expect(await stream.until(": connected")).toContain(`id: ${(await ids()).at(-1)}\n\n`);
  });

  it("resumes behind the last event's id, from the database, by header or query", async () => {
    const [first] = await ids();
    for (const stream of [
      await open("admin", "", { "last-event-id": String(first) }),
      await open("admin", `?after=${first}`),
    ]) {
      await using open = stream;
      expect(told(await open.until("running"))).toEqual(["beta"]);
    }
  });

  it("says that everything is to be read anew where the events behind a cursor are gone", async () => {
    await native.test.database.execute(
      "insert into event (id, at, dag_id, dag_run_id, to_state, reason) overriding system value select 5000, clock_timestamp(), dag_id, id, 'running', 'test' from dag_run limit 1",
    );
    await using kept = await open("admin", `?after=${(await ids())[0]}`);
    expect(await kept.until("5000")).not.toContain("event: reset");
    await native.test.database.execute("delete from event where id < 5000");
    await using stream = await open("admin", "?after=3");
    expect(await stream.until(": connected")).toMatch(/^event: reset\n/);
  });

  it("tells only of Dags that the caller may read, live and from the past", async () => {
    await native.test.database.execute(
      "insert into event (at, dag_id, dag_run_id, to_state, reason) select clock_timestamp(), dag_id, id, 'failed', 'test' from dag_run order by dag_id desc",
    );
    await using stream = await open("one", "?after=0");
    await stream.until("failed");
    native.tell(change("beta"));
    native.tell({ id: 1_000_001, kind: "refusal" });
    native.tell({ id: 1_000_001, kind: "import_error" });
    native.tell(change("alpha", { kind: "task_instance", taskId: "t0" }));
    const text = await stream.until("task_instance");
    expect(new Set(told(text))).toEqual(new Set(["alpha"]));
    expect(text).not.toContain("refusal");
    expect(text).not.toContain("import_error");
  });

  it("tells refusals to the one whose request it was", async () => {
    const [row] = await native.test.database.query<{ id: number }>("select id from account where user_name = 'one'");
    await using stream = await open("one", "?topics=refusals");
    await stream.until(": connected");
    native.tell({ id: 1_000_002, kind: "refusal", accountId: row!.id + 1 });
    native.tell(change("alpha"));
    native.tell({ id: 1_000_003, kind: "refusal", accountId: row!.id });
    expect([...(await stream.until("1000003")).matchAll(/"id":(\d+)/g)].map(([, id]) => id)).toEqual(["1000003"]);
  });

  it("is narrowed by topics", async () => {
    await using stream = await open("admin", "?topics=run:alpha/r,dag:beta");
    await stream.until(": connected");
    native.tell(change("alpha", { runId: "other" }));
    native.tell(change("alpha"));
    native.tell(change("beta", { runId: "any", state: "failed" }));
    expect(told(await stream.until("failed"))).toEqual(["alpha", "beta"]);
  });

  it("drops a reader that is too slow, who then comes back with a cursor", async () => {
    await using stream = await open("admin");
    await stream.until(": connected");
    // More than is kept for anybody, in one go: the reader cannot have taken any of it.
    for (let index = 0; index <= 2001; index += 1) native.tell(change("alpha", { id: 2_000_000 + index }));
    expect(await stream.ended).not.toContain("2002001");
  });

  it("refuses a topic that is none, and nobody", async () => {
    expect((await native.ask("admin", "GET", "/events?topics=weather")).json().refusal).toMatchObject({
      code: "request.field_wrong",
      pointer: "query/topics",
    });
    expect((await native.ask(null, "GET", "/events")).statusCode).toBe(401);
  });
});
