import type { Command } from "commander";
import type { ConfigEntry, JsonValue } from "@windlass/contract";
import { guarded } from "../command.ts";
import { loadConfiguration } from "../configuration.ts";
import type { Io } from "../io.ts";
import { table } from "../output/table.ts";

/** `windlass config list`: every option with its value and, where asked for, its source. Secrets are never shown. */
export function registerConfig(program: Command, io: Io): void {
  const config = program.command("config").description("the configuration in force");
  config
    .command("list", { isDefault: true })
    .description("every option and its value")
    .option("--sources", "also where each value comes from and what the option does")
    .option("--changed", "only options that differ from the default")
    .option("--json", "JSON for machines")
    .addHelpText(
      "after",
      "\nExamples:\n  windlass config list --sources\n  WINDLASS__API__PORT=9000 windlass config list --changed",
    )
    .action(async (flags: { sources?: boolean; changed?: boolean; json?: boolean }) =>
      guarded(io, async () => {
        const loaded = loadConfiguration(io.cwd, io.env);
        const entries = loaded.entries.filter((each) => !flags.changed || each.source !== "default");
        if (flags.json) io.out(JSON.stringify(entries.map(asJson), null, 2));
        else {
          io.out(`file: ${loaded.file ?? "none (windlass.toml)"}`);
          const head = ["option", "value", ...(flags.sources ? ["source", "what it does"] : [])];
          io.out(
            table(
              head,
              entries.map((e) => [
                `${e.section}.${e.key}`,
                shown(e),
                ...(flags.sources ? [e.source, e.option.does] : []),
              ]),
            ),
          );
        }
        await Promise.resolve();
      }),
    );
}

function shown(entry: ConfigEntry): string {
  if (entry.value === null) return "";
  if (entry.option.secret) return "***";
  const text = Array.isArray(entry.value) ? entry.value.join(", ") : String(entry.value);
  return entry.option.unit ? `${text} ${entry.option.unit}` : text;
}

function asJson(entry: ConfigEntry): JsonValue {
  return {
    section: entry.section,
    key: entry.key,
    value: entry.option.secret && entry.value !== null ? "***" : entry.value,
    source: entry.source,
    default: entry.option.secret ? null : entry.option.default,
    unit: entry.option.unit ?? null,
    does: entry.option.does,
  };
}
