import type { Command } from "commander";
import { type JsonValue, RefusalError } from "@windlass/contract";
import { type Client, openClient, ServerRefusal, ServerUnreachable } from "./client/http.ts";
import { EXIT, type Io } from "./io.ts";
import { refusalText } from "./output/refusal.ts";

/** Flags of every command that talks to a server. */
export interface TalkingFlags {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** Adds the flags of `TalkingFlags`. */
export function talking(command: Command): Command {
  return command
    .option("--url <url>", "the server (else WINDLASS_URL, else what `windlass up` stored here)")
    .option("--key <key>", "an API key (else WINDLASS_API_KEY, else the stored one)")
    .option("--json", "JSON for machines instead of tables");
}

/** Runs a command that talks to a server; what is refused is printed with its mend and gives exit code 3. */
export async function talk(io: Io, flags: TalkingFlags, work: (client: Client) => Promise<void>): Promise<void> {
  await guarded(io, async () => await work(openClient(io, flags)));
}

/** Runs a command and turns every error into a text and an exit code. */
export async function guarded(io: Io, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ServerRefusal) {
      io.err(refusalText(error.refusal, error.requestId));
      io.exit(EXIT.refused);
    } else if (error instanceof ServerUnreachable) {
      io.err(`${error.message}\n  fix:  start it with \`windlass up\`, or name another with --url or WINDLASS_URL.`);
      io.exit(EXIT.unreachable);
    } else if (error instanceof RefusalError) {
      for (const refusal of error.refusals) io.err(refusalText(refusal, null));
      io.exit(EXIT.installation);
    } else {
      io.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
      io.exit(EXIT.failure);
    }
  }
}

/** Prints JSON for machines or what `forPeople` makes of it. */
export function print(io: Io, flags: TalkingFlags, value: JsonValue, forPeople: () => string): void {
  io.out(flags.json ? JSON.stringify(value, null, 2) : forPeople());
}
