import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonValue } from "@windlass/contract";
import { runtimePaths } from "@windlass/sdk/runtime";
import { testEngine } from "../../../packages/core/test-support/test-engine.ts";
import type { DagSpec } from "./dag-spec.ts";
import type { Outcome } from "./outcome.ts";

const BUILDER = join(import.meta.dirname, "build-dag.ts");
/** Dags of one file: the parser has them as one answer, a runner as one bundle. */
const PER_FILE = 100;

interface Row {
  readonly dag_id: string;
  readonly run_state: string;
  readonly task_id: string;
  readonly map_index: number;
  readonly state: string | null;
  readonly try_number: number;
  readonly result: JsonValue | null;
  readonly note: JsonValue | null;
  readonly has_result: boolean;
}

/** What came of running Dags in production. */
export interface Produced {
  /** By Dag. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Why the files did not load; then nothing ran. */
  readonly loadErrors: readonly unknown[];
  /** Rows that must not be in the database. */
  readonly violations: readonly unknown[];
  /** What the engine could not mend by itself. */
  readonly problems: readonly string[];
}

/** Runs each Dag once by a whole engine: PostgreSQL, the parser's and the runners' processes. */
export async function runInProduction(specs: readonly DagSpec[]): Promise<Produced> {
  const folder = await mkdtemp(join(tmpdir(), "windlass-random-"));
  try {
    await mkdir(join(folder, "dags"));
    for (let at = 0; at < specs.length; at += PER_FILE) {
      const name = join(folder, "dags", `random-${String(at)}`);
      await writeFile(`${name}.json`, JSON.stringify(specs.slice(at, at + PER_FILE)));
      const code = `import { buildDag } from ${JSON.stringify(BUILDER)};\nimport specs from "./random-${String(at)}.json";\nfor (const spec of specs) buildDag(spec);\n`;
      await writeFile(`${name}.ts`, code);
    }
    await using test = await testEngine({
      folder,
      runnerPath: runtimePaths.runner,
      parserPath: runtimePaths.parser,
      warmRunners: 4,
      paces: { pollMs: 100 },
    });
    const { database } = test;
    const dagIds = specs.map((spec) => spec.dagId);
    await test.engine.dagProcessor.settled.next();
    const loadErrors = await database.query("select * from import_error");
    if (loadErrors.length > 0) return { outcomes: new Map(), loadErrors, violations: [], problems: test.problems };
    await Promise.all(dagIds.map((dagId) => test.trigger(dagId)));
    await test.until(async () => {
      const [open] = await database.query<{
        readonly runs: number;
        readonly busy: number;
        readonly next: string | null;
      }>(
        `select count(distinct r.id)::int as runs,
           count(*) filter (where r.state = 'queued' or t.state in ('scheduled', 'queued', 'running'))::int as busy,
           min(t.not_before) filter (where t.state in ('deferred', 'up_for_retry', 'up_for_reschedule')) as next
         from dag_run r join task_instance t on r.id = t.dag_run_id where r.end_date is null`,
      );
      if (open === undefined || open.runs === 0) return true;
      // Whoever is left waits for the clock.
      if (open.busy === 0 && open.next !== null) {
        test.clock.aheadMs += Math.max(0, Date.parse(open.next) - Date.parse(test.clock.now()) + 1);
      }
      return undefined;
    });
    const rows = await database.query<Row>(
      `select r.dag_id, r.state as run_state, t.task_id, t.map_index, t.state, t.try_number, x.value as result, x.key is not null as has_result, n.value as note
       from dag_run r join task_instance t on t.dag_run_id = r.id
       left join xcom x on x.task_instance_id = t.id and x.key = 'return_value'
       left join xcom n on n.task_instance_id = t.id and n.key = 'note'
       order by r.dag_id, t.task_id, t.map_index`,
    );
    return { outcomes: outcomesOf(rows), loadErrors, violations: await test.violations(), problems: test.problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function outcomesOf(rows: readonly Row[]): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<
    string,
    {
      state: string;
      instances: Record<string, [string | null, number, JsonValue | undefined]>;
      notes: Record<string, JsonValue[]>;
    }
  >();
  for (const row of rows) {
    const outcome = outcomes.get(row.dag_id) ?? { state: row.run_state, instances: {}, notes: {} };
    outcomes.set(row.dag_id, outcome);
    outcome.instances[`${row.task_id}[${String(row.map_index)}]`] = [
      row.state,
      row.try_number,
      row.has_result ? row.result : undefined,
    ];
    if (row.note !== null) (outcome.notes[row.task_id] ??= []).push(row.note);
  }
  return outcomes;
}
