import { type Command, InvalidArgumentError } from "commander";
import { isJsonObject, type JsonValue } from "@windlass/contract";
import { rows, text } from "../client/answers.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import { EXIT, type Io } from "../io.ts";
import { refusalText } from "../output/refusal.ts";

/** `windlass check METHOD PATH`: would this call be allowed, without making it. */
export function registerCheck(program: Command, io: Io): void {
  talking(program.command("check <method> <path>"))
    .description("ask whether an API call would be allowed, without making it")
    .option("--body <json>", "the call's body", parseJson)
    .option("--as <user>", "as another account (admins)")
    .addHelpText(
      "after",
      `\nExamples:\n  windlass check POST /api/v2/dags/hello/dagRuns --body '{"logical_date":null}'\n  windlass check POST /api/v1/dags/hello/dagRuns --body '{}' --as viewer`,
    )
    .action(async (method: string, path: string, flags: TalkingFlags & { body?: JsonValue; as?: string }) =>
      talk(io, flags, async (client) => {
        const question: Record<string, JsonValue> = { method: method.toUpperCase(), path };
        if (flags.body !== undefined) question.body = flags.body;
        if (flags.as) question.as = flags.as;
        const answer = await client.call("POST", "/api/windlass/v1/check", question);
        const allowed = isJsonObject(answer) && answer.allowed === true;
        print(io, flags, answer, () =>
          [
            allowed ? "Allowed." : `Refused with ${text(answer, "status")}.`,
            ...rows(answer, "warnings").map((each) => `warning: ${text(each, "summary")} ${text(each, "fix")}`),
            ...rows(answer, "refusals").map((each) => refusalText(each, null)),
          ].join("\n"),
        );
        if (!allowed) io.exit(EXIT.refused);
      }),
    );
}

function parseJson(raw: string): JsonValue {
  try {
    return JSON.parse(raw) as JsonValue;
  } catch {
    throw new InvalidArgumentError("it has to be JSON");
  }
}
