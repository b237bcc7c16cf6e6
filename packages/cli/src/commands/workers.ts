import type { Command } from "commander";
import { moment, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

const NATIVE = "/api/windlass/v1";
const SCOPE = "can_create on Workers";

/** `windlass workers`: what workers there are, and keys for them. */
export function registerWorkers(program: Command, io: Io): void {
  const workers = program.command("workers").description("workers that the server has heard of, and keys for them");
  talking(workers.command("list", { isDefault: true }))
    .description("workers that were heard of within a day")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `${NATIVE}/workers`);
        print(io, flags, answer, () =>
          table(
            ["worker", "host", "queues", "free", "of", "state", "last seen"],
            rows(answer, "workers").map((worker) => [
              text(worker, "worker_id"),
              text(worker, "hostname"),
              text(worker, "queues"),
              text(worker, "free"),
              text(worker, "parallelism"),
              text(worker, "state"),
              moment(worker, "last_seen_at"),
            ]),
          ),
        );
      }),
    );
  talking(workers.command("token <name>"))
    .description("make a key that can do nothing but serve as a worker; it is printed once")
    .option("--days <n>", "how long it is good", "365")
    .addHelpText("after", "\nExample:\n  WINDLASS_API_KEY=$(windlass workers token gpu-1) windlass worker --queues gpu")
    .action(async (name: string, flags: TalkingFlags & { days: string }) =>
      talk(io, flags, async (client) => {
        const body = { name, expires_in_days: Number(flags.days), scopes: [SCOPE] };
        const answer = await client.call("POST", `${NATIVE}/api-keys`, body);
        print(io, flags, answer, () => text(answer, "token"));
      }),
    );
}
