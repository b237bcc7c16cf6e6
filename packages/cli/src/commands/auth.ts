import type { Command } from "commander";
import { moment, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** `windlass auth report`: who uses which credential scheme, before one is switched off. */
export function registerAuth(program: Command, io: Io): void {
  talking(program.command("auth").description("credential schemes").command("report"))
    .description("who used which credential scheme, and when last: whom switching one off would cut off")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", "/api/windlass/v1/auth-report");
        print(io, flags, answer, () =>
          table(
            ["scheme", "account", "client", "uses", "last used"],
            rows(answer, "uses").map((each) => [
              text(each, "scheme"),
              text(each, "user_name"),
              text(each, "client"),
              text(each, "uses"),
              moment(each, "last_used_at"),
            ]),
          ),
        );
      }),
    );
}
