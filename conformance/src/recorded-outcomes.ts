import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@windlass/contract";

/** How a run of a fixture Dag ended on a real server, as a recording shows it. */
export interface RecordedOutcome {
  readonly dialect: "v1" | "v2";
  readonly scenario: string;
  readonly dagId: string;
  readonly conf: JsonObject;
  readonly run: string;
  /** `task[map index]` to state and try number. */
  readonly instances: Readonly<Record<string, readonly [state: string | null, tryNumber: number]>>;
}

interface Step {
  readonly do: string;
  readonly got: { readonly status: number; readonly body?: unknown };
}

interface Run {
  readonly dagId: string;
  readonly conf: JsonObject;
  state?: string;
  /** Something was changed by hand, or its task instances are taken already. */
  isDone: boolean;
}

interface RecordedInstance {
  readonly task_id: string;
  readonly map_index: number;
  readonly state: string | null;
  readonly try_number: number;
}

const RUN = /^GET \/api\/v\d\/dags\/([^/?]+)\/dagRuns\/([^/?]+)$/;
const INSTANCES = /^GET \/api\/v\d\/dags\/([^/?]+)\/dagRuns\/([^/?]+)\/taskInstances(\?[^/]*)?$/;
const TRIGGER = /^POST \/api\/v\d\/dags\/([^/?]+)\/dagRuns$/;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function outcomesOf(dialect: "v1" | "v2", scenario: string, steps: readonly Step[]): RecordedOutcome[] {
  const runs = new Map<string, Run>();
  const found: RecordedOutcome[] = [];
  for (const { do: call, got } of steps) {
    const { body } = got;
    if (got.status !== 200 || !isObject(body)) continue;
    const [, triggered] = TRIGGER.exec(call) ?? [];
    if (triggered !== undefined && typeof body["dag_run_id"] === "string") {
      runs.set(`${triggered} ${body["dag_run_id"]}`, {
        dagId: triggered,
        conf: body["conf"] as JsonObject,
        isDone: false,
      });
      continue;
    }
    // Whatever is changed afterwards is no longer the run's own outcome.
    if (!call.startsWith("GET ")) for (const run of runs.values()) run.isDone = true;
    const [, dagId, runId] = RUN.exec(call) ?? INSTANCES.exec(call) ?? [];
    const run = runs.get(`${dagId ?? ""} ${runId ?? ""}`);
    if (run === undefined || run.isDone) continue;
    if (RUN.test(call)) run.state = body["state"] as string;
    else if (run.state === "success" || run.state === "failed") {
      const all = body["task_instances"] as readonly RecordedInstance[];
      run.isDone = true;
      if (all.length === 0) continue;
      const instances = all.map(
        (each) => [`${each.task_id}[${String(each.map_index)}]`, [each.state, each.try_number]] as const,
      );
      found.push({
        dialect,
        scenario,
        dagId: run.dagId,
        conf: run.conf,
        run: run.state,
        instances: Object.fromEntries(instances),
      });
    }
  }
  return found;
}

/** Every whole run that the recordings show to its end, untouched. */
export function recordedOutcomes(): readonly RecordedOutcome[] {
  return (["v1", "v2"] as const).flatMap((dialect) => {
    const folder = join(import.meta.dirname, "../recordings", dialect);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => {
        const { scenarios } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
          readonly scenarios: readonly { readonly id: string; readonly steps: readonly Step[] }[];
        };
        return scenarios.flatMap(({ id, steps }) => outcomesOf(dialect, id, steps));
      });
  });
}
