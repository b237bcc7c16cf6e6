import { testDatabase } from "@windlass/core/test-support";
import { describe, expect, it } from "vitest";
import type { EngineSignals } from "../actions/context.ts";
import { listenForSignals, remoteSignals } from "./remote-signals.ts";
import { Signal } from "./signal.ts";

describe("signals of another process", () => {
  it("reach the engines on the same database, several in one notification", async () => {
    await using test = await testDatabase();
    const heard: string[] = [];
    const complete = new Signal<number>();
    const hear = (what: string): void => {
      heard.push(what);
      complete.emit(heard.length);
    };
    const signals: EngineSignals = {
      runsCreated: (ids) => hear(`runs ${ids.join(",")}`),
      runChanged: (id) => hear(`run ${String(id)}`),
      dagChanged: (dagId) => hear(`dag ${dagId}`),
      parseAgain: (file) => hear(`file ${file}`),
      poolChanged: () => hear("pools"),
      cancelAttempts: () => undefined,
      assetEventsQueued: () => undefined,
      refused: () => undefined,
    };
    const unlisten = await listenForSignals(test.database, signals, () => undefined);
    const all = complete.next((count) => count === 5);
    const remote = remoteSignals(test.open());
    remote.runsCreated([1, 2]);
    remote.runChanged(3);
    remote.dagChanged("a");
    remote.parseAgain("a.ts");
    remote.poolChanged("default_pool");
    await all;
    expect(heard).toEqual(["runs 1,2", "run 3", "dag a", "file a.ts", "pools"]);
    await unlisten();
  });
});
