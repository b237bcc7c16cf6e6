import type { Command } from "commander";
import type { JsonObject, JsonValue } from "@windlass/contract";
import { isJsonObject } from "@windlass/contract";
import { moment, part, rows, text } from "../client/answers.ts";
import type { Client } from "../client/http.ts";
import { print, talk, talking, type TalkingFlags } from "../command.ts";
import { EXIT, type Io } from "../io.ts";
import { table } from "../output/table.ts";

/** The names of those who name an asset. */
function users(row: JsonValue, member: string): string {
  return rows(row, member)
    .map((each) => [text(each, "dag_id"), text(each, "task_id")].filter((name) => name !== "").join("."))
    .join(" ");
}

/** The asset of a name or a uri; undefined where there is none. */
async function findAsset(client: Client, named: string): Promise<JsonObject | undefined> {
  for (const field of ["name", "uri"]) {
    const query = new URLSearchParams({ [`${field}_prefix_pattern`]: named, only_active: "false", limit: "100" });
    const found = rows(await client.call("GET", `/api/v2/assets?${query}`), "assets");
    const exact = found.find((row) => isJsonObject(row) && row[field] === named);
    if (exact !== undefined && isJsonObject(exact)) return exact;
  }
  return undefined;
}

/** `windlass assets list|events|emit|queued`. */
export function registerAssets(program: Command, io: Io): void {
  const assets = program
    .command("assets")
    .description("what tasks write and schedules wait for: list, events, emit, queued");
  talking(assets.command("list", { isDefault: true }))
    .description("assets, with who writes and who waits for them")
    .option("--dag <dag-id>", "only those that a Dag names")
    .action(async (flags: TalkingFlags & { dag?: string }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: "100", order_by: "name" });
        if (flags.dag !== undefined) query.set("dag_ids", flags.dag);
        const answer = await client.call("GET", `/api/v2/assets?${query}`);
        print(io, flags, answer, () =>
          table(
            ["asset", "uri", "group", "written by", "waited for by", "last event"],
            rows(answer, "assets").map((row) => [
              text(row, "name"),
              text(row, "uri"),
              text(row, "group"),
              users(row, "producing_tasks"),
              users(row, "scheduled_dags"),
              isJsonObject(row) && row.last_asset_event !== undefined ? moment(row.last_asset_event, "timestamp") : "",
            ]),
          ),
        );
      }),
    );
  talking(assets.command("events [asset]"))
    .description("the newest events, of one asset (by name or uri) or of all")
    .option("--limit <n>", "how many", "20")
    .action(async (named: string | undefined, flags: TalkingFlags & { limit: string }) =>
      talk(io, flags, async (client) => {
        const query = new URLSearchParams({ limit: flags.limit, order_by: "-timestamp" });
        const asset = named === undefined ? undefined : await findAsset(client, named);
        if (named !== undefined && asset === undefined) return noAsset(io, named);
        if (asset !== undefined) query.set("asset_id", text(asset, "id"));
        const answer = await client.call("GET", `/api/v2/assets/events?${query}`);
        print(io, flags, answer, () =>
          table(
            ["at", "asset", "from", "partition", "extra", "runs"],
            rows(answer, "asset_events").map((row) => [
              moment(row, "timestamp"),
              text(row, "uri"),
              [text(row, "source_dag_id"), text(row, "source_task_id")].filter((name) => name !== "").join("."),
              text(row, "partition_key"),
              text(row, "extra"),
              users(row, "created_dagruns"),
            ]),
          ),
        );
      }),
    );
  talking(assets.command("emit <asset>"))
    .description("make an event of an asset (by name or uri): whoever waits for it runs")
    .option("--extra <json>", "what to say of it, as a JSON object")
    .option("--partition <key>", "the partition that it is of")
    .addHelpText("after", `\nExample:\n  windlass assets emit s3://warehouse/sales --extra '{"rows": 3}'`)
    .action(async (named: string, flags: TalkingFlags & { extra?: string; partition?: string }) =>
      talk(io, flags, async (client) => {
        const extra = flags.extra === undefined ? {} : parsed(flags.extra);
        if (extra === undefined) {
          io.err("--extra is no JSON object");
          return io.exit(EXIT.usage);
        }
        const asset = await findAsset(client, named);
        if (asset === undefined) return noAsset(io, named);
        const body = {
          asset_id: asset.id ?? null,
          extra,
          ...(flags.partition !== undefined && { partition_key: flags.partition }),
        };
        const answer = await client.call("POST", "/api/v2/assets/events", body);
        print(io, flags, answer, () => `event ${text(answer, "id")} of ${text(answer, "uri")} is made`);
      }),
    );
  talking(assets.command("queued <dag-id>"))
    .description("what a Dag waits for: which assets have had their events, and since when")
    .action(async (dagId: string, flags: TalkingFlags) =>
      talk(io, flags, async (client) => {
        const answer = await client.call("GET", `/api/windlass/v1/dags/${part(dagId)}/why`);
        print(io, flags, answer, () =>
          [
            table(
              ["asset", "fulfilled", "since"],
              rows(answer, "assets").map((row) => [
                text(row, "uri") || `alias ${text(row, "name")}`,
                isJsonObject(row) && row.fulfilled === true ? "yes" : "no",
                moment(row, "since"),
              ]),
            ),
            ...rows(answer, "reasons").map((row) => text(row, "summary")),
          ].join("\n"),
        );
      }),
    );
}

function parsed(textGiven: string): JsonObject | undefined {
  try {
    const value = JSON.parse(textGiven) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function noAsset(io: Io, named: string): void {
  io.err(`There is no asset called ${named}. \`windlass assets list\` shows those that there are.`);
  io.exit(EXIT.refused);
}
