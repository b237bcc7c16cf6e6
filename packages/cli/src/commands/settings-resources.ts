import type { Command } from "commander";
import type { JsonValue } from "@windlass/contract";
import { part, rows, text } from "../client/answers.ts";
import { ServerRefusal } from "../client/http.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** A kind of setting that v2 serves as list, item, create, change and delete. */
interface SettingsResource {
  readonly name: string;
  readonly description: string;
  readonly path: string;
  readonly member: string;
  readonly key: string;
  readonly columns: readonly string[];
  /** Flags of `set`, with the member of the body that each fills. */
  readonly flags: readonly {
    readonly flag: string;
    readonly option: string;
    readonly member: string;
    readonly number?: boolean;
  }[];
  readonly examples: string;
}

const RESOURCES: readonly SettingsResource[] = [
  {
    name: "connections",
    description: "named endpoints with credentials that tasks ask for",
    path: "/api/v2/connections",
    member: "connections",
    key: "connection_id",
    columns: ["connection_id", "conn_type", "host", "port", "schema", "login", "description"],
    flags: [
      { flag: "--type <type>", option: "type", member: "conn_type" },
      { flag: "--host <host>", option: "host", member: "host" },
      { flag: "--port <port>", option: "port", member: "port", number: true },
      { flag: "--login <login>", option: "login", member: "login" },
      { flag: "--password <password>", option: "password", member: "password" },
      { flag: "--schema <schema>", option: "schema", member: "schema" },
      { flag: "--extra <json>", option: "extra", member: "extra" },
      { flag: "--description <text>", option: "description", member: "description" },
    ],
    examples: "  windlass connections set warehouse --type postgres --host db.example --login etl --password ...",
  },
  {
    name: "variables",
    description: "named values that tasks ask for",
    path: "/api/v2/variables",
    member: "variables",
    key: "key",
    columns: ["key", "value", "description"],
    flags: [
      { flag: "--value <value>", option: "value", member: "value" },
      { flag: "--description <text>", option: "description", member: "description" },
    ],
    examples: "  windlass variables set greeting --value hello",
  },
  {
    name: "pools",
    description: "slots that bound how many task instances run side by side",
    path: "/api/v2/pools",
    member: "pools",
    key: "name",
    columns: ["name", "slots", "running_slots", "queued_slots", "open_slots", "description"],
    flags: [
      { flag: "--slots <n>", option: "slots", member: "slots", number: true },
      { flag: "--description <text>", option: "description", member: "description" },
    ],
    examples: "  windlass pools set warehouse --slots 4",
  },
];

/** `windlass connections|variables|pools list|get|set|delete`. */
export function registerSettings(program: Command, io: Io): void {
  for (const resource of RESOURCES) registerOne(program, io, resource);
}

function registerOne(program: Command, io: Io, resource: SettingsResource): void {
  const group = program.command(resource.name).description(resource.description);
  const itemPath = (key: string) => `${resource.path}/${part(key)}`;
  talking(group.command("list", { isDefault: true }))
    .description("all of them")
    .action(async (flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `${resource.path}?limit=100`);
        print(io, flags, answer, () =>
          table(
            resource.columns,
            rows(answer, resource.member).map((row) => resource.columns.map((name) => text(row, name))),
          ),
        );
      }),
    );
  talking(group.command("get <name>"))
    .description("one of them")
    .action(async (name: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", itemPath(name));
        print(io, flags, answer, () =>
          table(
            ["field", "value"],
            resource.columns.map((each) => [each, text(answer, each)]),
          ),
        );
      }),
    );
  const set = talking(group.command("set <name>")).description("make it, or change it where it exists");
  for (const each of resource.flags) set.option(each.flag);
  set.addHelpText("after", `\nExample:\n${resource.examples}`);
  set.action(async (name: string, flags: TalkingFlags & Record<string, string | undefined>) =>
    talk(io, flags, async (client) => {
      const body: Record<string, JsonValue> = { [resource.key]: name };
      for (const each of resource.flags) {
        const value = flags[each.option];
        if (value !== undefined) body[each.member] = each.number ? Number(value) : value;
      }
      const exists = await client.call("GET", itemPath(name)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof ServerRefusal && error.status === 404) return false;
          throw error;
        },
      );
      const members = Object.keys(body).filter((member) => member !== resource.key);
      const mask = members.map((member) => `update_mask=${member}`).join("&");
      const answer = exists
        ? await client.call("PATCH", `${itemPath(name)}?${mask}`, body)
        : await client.call("POST", resource.path, body);
      print(io, flags, answer, () => `${name} is ${exists ? "changed" : "made"}`);
    }),
  );
  talking(group.command("delete <name>"))
    .description("delete it")
    .action(async (name: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        await client.call("DELETE", itemPath(name));
        print(io, flags, { deleted: name }, () => `${name} is deleted`);
      }),
    );
}
