/** One option: its type, default, bounds and what it does. Its environment names are WINDLASS__SECTION__KEY and AIRFLOW__SECTION__KEY. */
export interface ConfigOption {
  readonly type: "text" | "integer" | "number" | "boolean" | "list";
  /** null: not set; what then happens stands in `does`. */
  readonly default: string | number | boolean | readonly string[] | null;
  readonly does: string;
  /** What a number counts. */
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly string[];
  /** Shown as *** wherever the configuration is listed. */
  readonly secret?: boolean;
  /** Whether Airflow has an option of this name and meaning. */
  readonly airflow: boolean;
  /** Airflow's older names, as `section.key`. */
  readonly formerly?: readonly string[];
}

/** The options of one section by key. */
export type ConfigSection = Readonly<Record<string, ConfigOption>>;

/** A value after it was read. */
export type ConfigValue = string | number | boolean | readonly string[] | null;

/** The type of one option's value. */
export type OptionValue<O extends ConfigOption> =
  | (O["type"] extends "boolean"
      ? boolean
      : O["type"] extends "list"
        ? readonly string[]
        : O["type"] extends "text"
          ? string
          : number)
  | (O["default"] extends null ? null : never);

/** A value that was read, or what is wrong with it. */
export type ReadOption =
  { readonly ok: true; readonly value: ConfigValue } | { readonly ok: false; readonly problem: string };

/** Reads one option's value as a file or the environment gives it (text, or already typed). */
export function readOption(option: ConfigOption, raw: unknown): ReadOption {
  switch (option.type) {
    case "text":
      return readText(option, raw);
    case "boolean":
      return readBoolean(raw);
    case "list":
      return readList(raw);
    case "integer":
    case "number":
      return readNumber(option, raw);
  }
}

function readText(option: ConfigOption, raw: unknown): ReadOption {
  if (typeof raw !== "string" && typeof raw !== "number") return wrong("it has to be text");
  const text = String(raw);
  if (option.oneOf && !option.oneOf.includes(text)) return wrong(`it has to be one of ${option.oneOf.join(", ")}`);
  return { ok: true, value: text };
}

function readBoolean(raw: unknown): ReadOption {
  if (typeof raw === "boolean") return { ok: true, value: raw };
  const text = String(raw).trim().toLowerCase();
  if (["true", "t", "1", "yes", "on"].includes(text)) return { ok: true, value: true };
  if (["false", "f", "0", "no", "off"].includes(text)) return { ok: true, value: false };
  return wrong("it has to be true or false");
}

function readList(raw: unknown): ReadOption {
  if (Array.isArray(raw) && raw.every((each) => typeof each === "string")) return { ok: true, value: raw };
  if (typeof raw !== "string") return wrong("it has to be a list of texts");
  return {
    ok: true,
    value: raw
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  };
}

function readNumber(option: ConfigOption, raw: unknown): ReadOption {
  const number =
    typeof raw === "number" ? raw : typeof raw === "string" && raw.trim() !== "" ? Number(raw) : Number.NaN;
  if (!Number.isFinite(number)) return wrong("it has to be a number");
  if (option.type === "integer" && !Number.isInteger(number)) return wrong("it has to be a whole number");
  if (option.minimum !== undefined && number < option.minimum)
    return wrong(`it is ${number}, the least is ${option.minimum}`);
  if (option.maximum !== undefined && number > option.maximum)
    return wrong(`it is ${number}, the most is ${option.maximum}`);
  return { ok: true, value: number };
}

function wrong(problem: string): ReadOption {
  return { ok: false, problem };
}
