import { CONFIG, type ConfigOption, type ConfigValues } from "@windlass/contract";

/** A section of the configuration as Airflow's answers have it. */
export interface ShownSection {
  readonly name: string;
  readonly options: readonly { readonly key: string; readonly value: string }[];
}

/** Every option in force as text; secrets masked. */
export function configSections(values: ConfigValues): readonly ShownSection[] {
  return Object.entries(CONFIG).map(([name, options]) => {
    const section = values[name as keyof ConfigValues] as Readonly<Record<string, unknown>>;
    return {
      name,
      options: Object.entries(options as Readonly<Record<string, ConfigOption>>).map(([key, option]) => ({
        key,
        value: option.secret === true ? "< hidden >" : shown(section[key]),
      })),
    };
  });
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
