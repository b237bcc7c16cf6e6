import type { Command } from "commander";
import { isJsonObject, type JsonValue } from "@windlass/contract";
import { part, text } from "../client/answers.ts";
import { talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";

interface LogFlags extends TalkingFlags {
  readonly follow?: boolean;
  readonly try?: string;
  readonly mapIndex?: string;
}

/** `windlass logs <dag-id> <run-id> <task-id>`. */
export function registerLogs(program: Command, io: Io): void {
  talking(program.command("logs <dag-id> <run-id> <task-id>"))
    .description("the log of a task instance")
    .option("-f, --follow", "go on until the attempt has ended")
    .option("--try <n>", "the log of an earlier try (else the newest)")
    .option("--map-index <n>", "of a mapped task instance")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass logs hello manual__1 greet\n  windlass logs hello manual__1 greet -f",
    )
    .action(async (dagId: string, runId: string, taskId: string, flags: LogFlags) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams();
        if (flags.follow) query.set("follow", "true");
        if (flags.try) query.set("try_number", flags.try);
        if (flags.mapIndex) query.set("map_index", flags.mapIndex);
        const response = await client.stream(
          `/api/windlass/v1/dags/${part(dagId)}/runs/${part(runId)}/task-instances/${part(taskId)}/log?${query}`,
        );
        await printLog(io, response, flags.json === true);
      }),
    );
}

/** Prints a log as it comes. @param raw as JSON, as it is stored */
export async function printLog(io: Io, response: Response, raw: boolean): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) io.out(raw ? line : readable(line));
  }
  if (rest) io.out(raw ? rest : readable(rest));
}

function readable(line: string): string {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(line) as JsonValue;
  } catch {
    return line;
  }
  const fields = isJsonObject(parsed) && isJsonObject(parsed.fields) ? ` ${JSON.stringify(parsed.fields)}` : "";
  return `${text(parsed, "timestamp").slice(11, 23)} ${text(parsed, "level").toUpperCase().padEnd(7)} ${text(parsed, "event")}${fields}`;
}
