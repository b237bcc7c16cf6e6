import { captureSite } from "./call-site.ts";
import type { DagOptions } from "./dag-options.ts";
import type { DagTestOptions, DagTestResult } from "./dag-test.ts";
import { type DagDefinition, type Defined, definitionKey } from "./definition.ts";
import type { JsonSchema } from "./json-schema-type.ts";
import type { ParamsSource, ParamValues } from "./params.ts";
import { recordDag } from "./recorder.ts";
import { TaskContainer } from "./task-group.ts";

const TESTING_ENTRY: string = "windlass/testing";

interface TestingEntry {
  testDag(dag: Defined<DagDefinition>, options: DagTestOptions): Promise<DagTestResult>;
}

/**
 * A Dag: tasks, the edges between them, and when they run. A file makes one or several; `export default` is customary, not needed.
 *
 * ```ts
 * import { Dag, cron } from "windlass";
 *
 * const dag = new Dag("sales_daily", {
 *   schedule: cron("0 6 * * *", { timezone: "Europe/Berlin" }),
 *   startDate: "2026-01-01",
 *   defaultTask: { retries: { attempts: 2, delay: "30s" } },
 * });
 *
 * const extract = dag.task("extract", async () => ({ rows: 42 }));
 * const report = dag.task("report", async ({ sales }: { sales: { rows: number } }) => console.log(sales.rows));
 *
 * report({ sales: extract() });
 *
 * export default dag;
 * ```
 *
 * Mistakes (an unknown option, a cycle, a task that was never placed …) are collected and shown together, each with file, line and fix, in
 * the UI, the API and the CLI alike; nothing here throws.
 * @typeParam P the params as declared, from which the types of `params` in handlers follow
 */
export class Dag<const P extends ParamsSource = JsonSchema>
  extends TaskContainer<ParamValues<P>>
  implements Defined<DagDefinition>
{
  /** Only for the compiler: `getContext<typeof dag>()` takes the params' types from here. */
  declare readonly paramsType?: P;
  readonly dagId: string;
  readonly [definitionKey]: DagDefinition;

  /**
   * @param dagId letters, digits, `_`, `-`, `.`; at most 250 characters; unique on the server
   */
  constructor(dagId: string, options: DagOptions<P> = {}) {
    const definition: DagDefinition = {
      dagId,
      options: options,
      site: captureSite(Dag as unknown as () => unknown),
      tasks: [],
      groups: [],
      edges: [],
    };
    super({ dag: definition, group: null, text: "" });
    this.dagId = dagId;
    this[definitionKey] = definition;
    recordDag(definition);
  }

  /**
   * Runs the Dag in this process, with the very rules of the scheduler, and tells what came of it. No server, no database, no waiting:
   * retries follow each other at once on a clock of their own.
   *
   * ```ts
   * const { state, xcoms } = await dag.test({ params: { region: "eu" }, connections: { warehouse: "sqlite:///tmp/test.db" } });
   * ```
   * @throws RefusalError where the Dag itself has mistakes
   */
  async test(options: DagTestOptions<P> = {}): Promise<DagTestResult> {
    // Loaded on demand and by its public name: a file that declares a Dag does not pay for the scheduler's rules.
    const { testDag } = (await import(TESTING_ENTRY)) as TestingEntry;
    return testDag(this, options as DagTestOptions);
  }
}
