import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  addSeconds,
  type FromParser,
  instant,
  type ParseRequest,
  type ParseResult,
  type SerializedDag,
  type TimetableRequest,
} from "@windlass/contract";
import { testChain, testDag } from "./dag.ts";

/**
 * Stands in for the SDK's parser where the Dag processor alone is the subject. A "Dag file" is JSON: `{ "dags": ["id"], "tasks": 2 }`; with `days` its Dags
 * have a timetable of so many days from their last run or 1 March 2026 on, and with `fails` that fails; `exit` ends the process, `hang` never answers, anything that is no JSON is an error at line 1.
 */
const send = (message: FromParser): void => void process.send?.(message);

process.on(
  "message",
  (request: ParseRequest | TimetableRequest) => void ("ask" in request ? answer(request) : parse(request)),
);
process.on("disconnect", () => process.exit(0));
send({ type: "ready" });

async function answer({ id, bundlePath, file, ask }: TimetableRequest): Promise<void> {
  const told = JSON.parse(await readFile(bundlePath, "utf8")) as Told;
  if (told.fails !== undefined) {
    const error = {
      code: "dag_file.timetable_failed",
      reason: told.fails,
      fix: "mend it",
      file,
      line: null,
      column: null,
      trace: "",
    };
    send({ type: "timetable", id, answer: { kind: "failed", error } });
    return;
  }
  if (ask.kind === "manual") return;
  const first = ask.last === null ? instant("2026-03-01T00:00:00Z") : addSeconds(ask.last.dataIntervalStart, 86_400);
  const until = addSeconds(instant("2026-03-01T00:00:00Z"), ((told.days ?? 0) - 1) * 86_400);
  const dates = Array.from({ length: ask.count }, (_, index) => addSeconds(first, index * 86_400))
    .filter((each) => each <= until)
    .map((each) => ({ logicalDate: each, dataIntervalStart: each, dataIntervalEnd: each, runAfter: each }));
  send({ type: "timetable", id, answer: { kind: "dates", dates, ended: dates.length < ask.count } });
}

interface Told {
  readonly dags?: readonly string[];
  readonly tasks?: number;
  readonly exit?: number;
  readonly hang?: boolean;
  readonly days?: number;
  readonly fails?: string;
}

async function parse({ id, dagsFolder, file }: ParseRequest): Promise<void> {
  const source = await readFile(join(dagsFolder, file), "utf8");
  const result = resultOf(file, source);
  if (result) send({ type: "parsed", id, result });
}

function resultOf(file: string, source: string): ParseResult | undefined {
  let told: Told;
  try {
    told = JSON.parse(source) as Told;
  } catch {
    const error = {
      code: "dag_file.syntax",
      reason: `${file} is no JSON`,
      fix: "mend it",
      file,
      line: 1,
      column: 1,
      trace: "",
    };
    return { file, hash: null, bundle: null, source, dags: [], errors: [error], seconds: 0 };
  }
  if (told.exit !== undefined) process.exit(told.exit);
  if (told.hang === true) return undefined;
  const dags: readonly SerializedDag[] = (told.dags ?? []).map((dagId) =>
    testDag(dagId, testChain(told.tasks ?? 1), {
      relativeFileloc: file,
      ...((told.days ?? told.fails) !== undefined && { schedule: { kind: "custom", type: "days", data: {} } as const }),
    }),
  );
  return {
    file,
    hash: createHash("sha256").update(source).digest("hex"),
    bundle: source,
    source,
    dags,
    errors: [],
    seconds: 0.001,
  };
}
