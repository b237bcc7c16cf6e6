import type { Command } from "commander";
import { isJsonObject, type JsonValue } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** `windlass refusals list|show`. */
export function registerRefusals(program: Command, io: Io): void {
  const refusals = program.command("refusals").description("refused requests: your own, all for admins");
  talking(refusals.command("list", { isDefault: true }))
    .description("the newest refusals")
    .option("--code <code>", "only one cause")
    .option("--limit <n>", "how many", "20")
    .addHelpText("after", "\nExamples:\n  windlass refusals\n  windlass refusals list --code params.missing")
    .action(async (flags: TalkingFlags & { code?: string; limit: string }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: flags.limit });
        if (flags.code) query.set("code", flags.code);
        const answer = await client.call("GET", `/api/windlass/v1/refusals?${query}`);
        print(io, flags, answer, () =>
          table(
            ["at", "request id", "who", "call", "status", "code", "reason"],
            rows(answer, "refusals").map((each) => [
              moment(each, "at"),
              text(each, "request_id"),
              text(each, "account_name"),
              `${text(each, "method")} ${text(each, "path")}`,
              text(each, "status"),
              text(each, "code"),
              text(each, "reason").slice(0, 80),
            ]),
          ),
        );
      }),
    );
  talking(refusals.command("show <request-id>"))
    .description("one refusal: reason, fix, the request and its corrected form")
    .action(async (requestId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `/api/windlass/v1/refusals/${part(requestId)}`);
        print(io, flags, answer, () =>
          [
            `${text(answer, "method")} ${text(answer, "path")} -> ${text(answer, "status")} [${text(answer, "code")}]`,
            `  why:  ${text(answer, "reason")}`,
            `  fix:  ${text(answer, "fix")}`,
            `  sent: ${text(answer, "request")}`,
            ...corrected(answer),
          ].join("\n"),
        );
      }),
    );
}

function corrected(answer: JsonValue): string[] {
  const request = isJsonObject(answer) ? answer.corrected : null;
  if (!isJsonObject(request)) return [];
  return [`  try:  ${text(request, "method")} ${text(request, "path")} ${text(request, "body")}`];
}
