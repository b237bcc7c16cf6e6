import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { median, type Row } from "../figures.ts";

interface Answer {
  readonly value: number;
  readonly began: number;
  readonly ended: number;
}

/** What no orchestrator on this machine can be faster than, and the plain loop of the races. */
export interface Floor {
  readonly rows: readonly Row[];
  /** 40 x fib(10), 10 x fib(33): from the first code to the end of the last, in ms. */
  readonly races: { readonly short: number; readonly long: number };
}

const COMMITS = 400;
const TRIPS = 1_000;

/** On an empty PostgreSQL of the same settings: one commit, one round trip to a child, and both for each task of a race. */
export async function measureFloor(connectionString: string): Promise<Floor> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(
    "create table floor_task (id bigint generated always as identity primary key, state text, at timestamptz)",
  );
  const child = fork(fileURLToPath(new URL("child.ts", import.meta.url)), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await new Promise((resolve) => child.once("message", resolve));
  const ask = (n: number): Promise<Answer> =>
    new Promise((resolve) => {
      child.once("message", (answer) => resolve(answer as Answer));
      child.send(n);
    });
  const commit = (state: string): Promise<unknown> =>
    client.query({ name: "insert", text: "insert into floor_task (state, at) values ($1, now())", values: [state] });

  const race = async (tasks: number, n: number): Promise<number> => {
    const answers: Answer[] = [];
    for (let i = 0; i < tasks; i++) {
      answers.push(await ask(n));
      await commit("success");
    }
    return (answers.at(-1)?.ended ?? Number.NaN) - (answers[0]?.began ?? Number.NaN);
  };
  const repeated = async (times: number, measure: () => Promise<number>): Promise<number> => {
    const samples: number[] = [];
    for (let i = 0; i < times; i++) samples.push(await measure());
    return median(samples.slice(Math.floor(times / 5)));
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  try {
    const insert = await repeated(COMMITS, () => timed(() => commit("queued")));
    const trip = await repeated(TRIPS, () => timed(() => ask(1)));
    const races = { short: await repeated(15, () => race(40, 10)), long: await repeated(4, () => race(10, 33)) };
    return {
      races,
      rows: [
        { name: "floor: one row inserted and committed, p50", value: insert, unit: "ms" },
        { name: "floor: one round trip to a child process over IPC, p50", value: trip, unit: "ms" },
        { name: "floor: 40 x fib(10), plain loop with one commit a task", value: races.short, unit: "ms" },
        { name: "floor: 10 x fib(33), plain loop with one commit a task", value: races.long, unit: "ms" },
      ],
    };
  } finally {
    child.disconnect();
    await client.end();
  }
}
