import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { refuse } from "@windlass/contract";
import type { Dag, DagTestResult } from "@windlass/sdk";
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

async function findDag(file: string, dagId: string | undefined): Promise<Pick<Dag, "dagId" | "test">> {
  const { Dag } = await import("@windlass/sdk");
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const found = [...new Set(Object.values(module))].filter((each) => each instanceof Dag);
  const dag = found.find((each) => dagId === undefined || each.dagId === dagId);
  if (!dag) {
    throw refuse("cli.no_dag_in_file", { file, found: found.map((each) => each.dagId).join(", ") || "no Dag" });
  }
  return dag;
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
    `\nThe run is ${result.state}.`,
  ].join("\n");
}
