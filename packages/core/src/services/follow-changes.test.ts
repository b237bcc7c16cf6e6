import { testChain, testDag } from "../../test-support/dag.ts";
import { testEngine } from "../../test-support/test-engine.ts";
import { describe, expect, it } from "vitest";
import type { LiveChange, LiveHint } from "../queries/live.ts";
import { followChanges } from "./follow-changes.ts";
import { remoteSignals } from "./remote-signals.ts";
import { Signal } from "./signal.ts";

describe("changes that are followed from another process", () => {
  it("are those that an engine commits from now on, each once and in order, and the Dags that were told of", async () => {
    await using test = await testEngine();
    await test.store(testDag("live", testChain(1)));
    await test.over(await test.trigger("live"));
    const database = test.test.open();
    const problems: unknown[] = [];
    // Never by the clock: only what is told is read.
    const followed = followChanges({ database, onProblem: (_, error) => problems.push(error), everyMs: 3_600_000 });
    const seen: (LiveChange | LiveHint)[] = [];
    const heard = new Signal<LiveChange | LiveHint>();
    await followed.start();
    followed.live.subscribe((changes) => {
      seen.push(...changes);
      for (const each of changes) heard.emit(each);
    });
    const ended = heard.next((each) => each.kind === "run" && each.state === "success");
    const run = await test.trigger("live");
    await ended;
    const events = await test.database.query<{ id: number }>("select id from event where dag_run_id = $1 order by id", [
      run,
    ]);
    expect(seen.map((each) => ("eventId" in each ? each.eventId : 0))).toEqual(events.map(({ id }) => id));
    expect(followed.newestId()).toBeLessThan(events[0]?.id ?? 0);

    const hint = heard.next((each) => each.kind === "dag");
    remoteSignals(database).dagChanged("live");
    expect(await hint).toEqual({ kind: "dag", dagId: "live" });
    await followed.stop();
    expect(problems).toEqual([]);
  });
});
