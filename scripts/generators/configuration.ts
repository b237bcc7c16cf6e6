import { configOptions, type ConfigOption } from "@windlass/contract";
import type { Generator } from "./generator.ts";
import { generatedNote } from "./markdown.ts";

const path = "docs/reference/configuration.md";

/** Every option with its type, default, bounds, unit and names. */
export const configurationReference: Generator = {
  name: "configuration reference",
  owns: [],
  generate: () => Promise.resolve(new Map([[path, page()]])),
};

function page(): string {
  const options = configOptions();
  const sections = [...new Set(options.map(({ section }) => section))].map((section) => {
    const own = options.filter((each) => each.section === section);
    return `## [${section}]\n\n${own.map(({ key, option }) => entry(section, key, option)).join("\n")}`;
  });
  return `${generatedNote}

# Configuration

Options stand in \`windlass.toml\` (a table for each section), or in the environment as \`WINDLASS__SECTION__KEY\`; where the meaning is
Airflow's, \`AIRFLOW__SECTION__KEY\` is read too. \`windlass config list --sources\` tells what is in force and where it comes from.

${sections.join("\n")}`;
}

function entry(section: string, key: string, option: ConfigOption): string {
  const facts = [
    `Type: ${option.type}${option.oneOf ? ` (${option.oneOf.join(", ")})` : ""}${option.unit ? `, in ${option.unit}` : ""}.`,
    `Default: ${showDefault(option)}.`,
    ...bounds(option),
    ...(option.airflow
      ? [`Airflow's option: \`AIRFLOW__${section.toUpperCase()}__${key.toUpperCase()}\` is read too.`]
      : []),
    ...(option.formerly ? [`Formerly ${option.formerly.map((name) => `\`${name}\``).join(", ")}.`] : []),
    ...(option.secret ? ["Secret: listed as ***."] : []),
  ];
  return `### ${key}\n\n${option.does}\n\n${facts.map((fact) => `- ${fact}`).join("\n")}\n`;
}

function showDefault(option: ConfigOption): string {
  if (option.default === null) return "not set";
  if (Array.isArray(option.default) && option.default.length === 0) return "empty";
  return `\`${String(option.default)}\``;
}

function bounds({ minimum, maximum }: ConfigOption): string[] {
  if (minimum !== undefined && maximum !== undefined) return [`From ${minimum} to ${maximum}.`];
  if (minimum !== undefined) return [`At least ${minimum}.`];
  return maximum === undefined ? [] : [`At most ${maximum}.`];
}
