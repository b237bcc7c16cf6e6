/** Replays recordings against a server, step after step, and reports what came of each. */
import { basename } from "node:path";
import { Accounts } from "./accounts.ts";
import { asRecorded, callStep } from "./call.ts";
import { compareAnswers, type Difference } from "./compare.ts";
import { DEVIATIONS } from "./deviations.ts";
import type { Surroundings } from "./normalise.ts";
import { readRecording, type Dialect, type Scenario, type Step } from "./recording.ts";
import { codeOf, compareCode, refusalKey, type RefusalCodes } from "./refusal-codes.ts";
import { isInScope, type Scope } from "./scope.ts";
import { save, type Variables } from "./variables.ts";

/** What came of one compared step. `verdict` is `deviates` where a deviation on purpose explains the differences. */
export interface StepReport {
  readonly file: string;
  readonly dialect: Dialect;
  readonly scenario: string;
  readonly step: number;
  readonly as: string;
  readonly do: string;
  readonly verdict: "same" | "deviates" | "differs";
  readonly deviation?: string;
  readonly differences: readonly Difference[];
  /** The refusal's `windlass.code`, if the answer carries one. */
  readonly code?: string;
}

/** What to replay and how. */
export interface ReplayOptions {
  readonly base: string;
  /** Only scenarios whose id contains this. */
  readonly only?: string;
  /** Only scenarios in this scope; all when absent. */
  readonly scope?: Scope;
  readonly codes?: RefusalCodes;
  readonly onStep?: (report: StepReport) => void;
}

/** Everything that came of a replay. */
export interface ReplayResult {
  readonly steps: readonly StepReport[];
  /** Compared steps of scenarios left out because they are not in scope. */
  readonly notYetInScope: number;
}

/** Replays the files in the order given. Errors: those of reading a file; a failing request is a difference, not an error. */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<ReplayResult> {
  const steps: StepReport[] = [];
  const accounts = new Accounts(options.base);
  let notYetInScope = 0;
  for (const file of files) {
    const recording = readRecording(file);
    const recordedAt = recording.recordedAt === undefined ? undefined : Date.parse(recording.recordedAt);
    for (const scenario of recording.scenarios) {
      if (options.only !== undefined && !scenario.id.includes(options.only)) continue;
      if (options.scope !== undefined && !isInScope(options.scope, recording.dialect, basename(file), scenario.id)) {
        notYetInScope += scenario.steps.filter((step) => step.quiet !== true).length;
        continue;
      }
      for await (const report of replayScenario(
        { file, dialect: recording.dialect, recordedAt, scenario, accounts },
        options,
      )) {
        steps.push(report);
        options.onStep?.(report);
      }
    }
  }
  return { steps, notYetInScope };
}

interface ScenarioRun {
  readonly file: string;
  readonly dialect: Dialect;
  readonly recordedAt: number | undefined;
  readonly scenario: Scenario;
  readonly accounts: Accounts;
}

async function* replayScenario(run: ScenarioRun, options: ReplayOptions): AsyncGenerator<StepReport> {
  const { file, dialect, recordedAt, scenario, accounts } = run;
  const variables: Variables = { uniq: unlikely() };
  for (const [index, step] of scenario.steps.entries()) {
    const answer = await callStep(options.base, step, variables, accounts, dialect);
    save(step.save, answer.json, variables);
    if (step.quiet === true) continue;
    const around: Surroundings = { base: options.base, variables, recordedAt, now: Date.now() };
    const came = asRecorded(answer, step, around);
    const found = compareAnswers(step, came);
    const deviation =
      found.length > 0
        ? DEVIATIONS.find((each) => each.explains({ wanted: step.got, came, step, dialect, scenario: scenario.id }))
        : undefined;
    // A deviation excuses Airflow's form, never the code that our own table asks for.
    const wrongCode = compareCode(options.codes ?? {}, refusalKey(dialect, scenario.id, index + 1), answer.json);
    const differences = [...(deviation === undefined ? found : []), ...(wrongCode === undefined ? [] : [wrongCode])];
    const code = codeOf(answer.json);
    yield {
      file,
      dialect,
      scenario: scenario.id,
      step: index + 1,
      as: step.as ?? "admin",
      do: step.do,
      verdict: differences.length > 0 ? "differs" : deviation === undefined ? "same" : "deviates",
      ...(deviation === undefined ? {} : { deviation: deviation.id }),
      differences,
      ...(code === undefined ? {} : { code }),
    };
    const deleted = DELETION_OF_DAG.exec(step.do)?.groups?.["dagId"];
    if (deleted !== undefined && isSuccess(answer.status) && !isSuccess(step.got.status))
      await callStep(options.base, untilThere(deleted), variables, accounts, "v2");
  }
}

const DELETION_OF_DAG = /^DELETE \/api\/v[12]\/dags\/(?<dagId>[^/?]+)$/;

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A Dag that Airflow refused to delete, and that we did: what comes later counts on it. It is there again when its file has been read anew. */
function untilThere(dagId: string): Step {
  return {
    do: `GET /api/v2/dags/${dagId}`,
    until: { "/dag_id": [dagId] },
    within: 15,
    got: { status: 200, type: "application/json" },
  };
}

/** A short text that no other scenario and no other run uses. */
function unlikely(): string {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
}
