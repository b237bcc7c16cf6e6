import { resolve } from "node:path";
import type { Command } from "commander";
import { type LoadError, type Refusal, RefusalError, refuse } from "@windlass/contract";
import type { DagTestResult } from "@windlass/sdk";
import { type LoadedDag, loadDags } from "@windlass/sdk/runtime";
import { guarded } from "../command.ts";
import { EXIT, type Io } from "../io.ts";
import { refusalText } from "../output/refusal.ts";
import { table } from "../output/table.ts";
import { parseConf, paramsOf } from "./conf-flags.ts";

/** `windlass dags test <file>`: runs a Dag in this process, without a server, with the scheduler's own rules. */
export function registerDagTest(dags: Command, io: Io): void {
  dags
    .command("test <file> [dag-id]")
    .description("run a Dag of a file here and now, without a server")
    .option("--conf <json>", "conf as a JSON object", parseConf)
    .option("--param <name=value...>", "one param")
    .option("--json", "the whole result as JSON")
    .addHelpText("after", "\nExample:\n  windlass dags test dags/hello.ts --param name=Ada")
    .action(
      async (
        file: string,
        dagId: string | undefined,
        flags: { conf?: Record<string, never>; param?: string[]; json?: boolean },
      ) =>
        guarded(io, async () => {
          const dag = await findDag(resolve(io.cwd, file), dagId);
          const result = await dag.test({ params: { ...flags.conf, ...paramsOf(flags.param ?? []) } });
          io.out(flags.json ? JSON.stringify(result, null, 2) : readable(result));
          if (result.state === "refused") io.exit(EXIT.refused);
          else if (result.state !== "success") io.exit(EXIT.runFailed);
        }),
    );
}

/** @throws RefusalError with the file's load errors, or where it has no such Dag */
async function findDag(file: string, dagId: string | undefined): Promise<LoadedDag> {
  const { dags, errors } = await loadDags(file).catch((error: unknown) => {
    const [message, at] =
      error instanceof Error
        ? [`${error.name}: ${error.message}`, /:(\d+):\d+\)?$/m.exec(error.stack ?? "")?.[1]]
        : [String(error)];
    throw refuse("dag_file.throws", { file, line: at ?? "?", error: message });
  });
  const [first, ...rest] = errors.map((each) => refusalOf(each));
  if (first) throw new RefusalError(first, ...rest);
  const dag = dags.find((each) => dagId === undefined || each.dagId === dagId);
  if (!dag) throw refuse("cli.no_dag_in_file", { file, found: dags.map((each) => each.dagId).join(", ") || "no Dag" });
  return dag;
}

function refusalOf({ code, reason, fix, file, line }: LoadError): Refusal {
  const where = line === null ? file : `${file}:${String(line)}`;
  return {
    code,
    status: { v1: 400, v2: 400, native: 400 },
    summary: `${where} does not load`,
    reason,
    fix,
    docs: `docs/errors/${code}.md`,
  };
}

function readable(result: DagTestResult): string {
  return [
    ...result.logs.map(
      (line) =>
        `[${line.taskId}] ${line.level.toUpperCase()} ${line.message}${line.fields ? ` ${JSON.stringify(line.fields)}` : ""}`,
    ),
    ...result.refusals.map((each) => refusalText(each, null)),
    "",
    table(
      ["task", "state", "tries", "result"],
      result.taskInstances.map((each) => [
        each.taskId,
        each.state ?? "",
        each.tryNumber,
        each.error?.message ?? JSON.stringify(each.xcom),
      ]),
    ),
    ...callbackLines(result),
    `\nThe run is ${result.state}.`,
  ].join("\n");
}

/** Callbacks that were called, and alerts that a server would send. */
function callbackLines({ callbacks, alerts }: DagTestResult): readonly string[] {
  if (callbacks.length === 0 && alerts.length === 0) return [];
  return [
    "",
    ...callbacks.map(
      ({ of, kind, taskId, error }) =>
        `callback on ${kind} of ${taskId ?? `the ${of}`}: ${error === null ? "called" : `threw ${error.name}: ${error.message}`}`,
    ),
    ...alerts.map(({ event, kind, connection }) =>
      `alert on ${event}, not sent: ${kind} ${connection ?? ""}`.trimEnd(),
    ),
  ];
}
