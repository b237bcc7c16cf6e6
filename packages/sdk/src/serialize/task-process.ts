import type { SerializedResources, SerializedTask } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import type { TaskDefinition } from "../authoring/definition.ts";
import { OptionReader } from "./option-reader.ts";
import type { Problems } from "./problems.ts";

const MEMORY = /^(\d+(?:\.\d+)?)(MB|GB)$/;
const MEGABYTE = 1_048_576;
const LEAST_MEMORY = 64 * MEGABYTE;

/** A size in bytes; undefined where it is none, or too small for a process. */
function memoryBytes(text: unknown): number | undefined {
  const [, number, unit] = (typeof text === "string" && MEMORY.exec(text)) || [];
  if (number === undefined) return undefined;
  const bytes = Math.round(Number(number) * (unit === "GB" ? 1024 * MEGABYTE : MEGABYTE));
  return bytes >= LEAST_MEMORY ? bytes : undefined;
}

/** The bounds of a task's process. */
export function readResources(given: object, where: string, site: CallSite, problems: Problems): SerializedResources {
  const reader = new OptionReader(given, `resources of ${where}`, site, problems);
  reader.refuseUnknown(["memory", "nice"]);
  const { memory } = given as { readonly memory?: unknown };
  const bytes = memoryBytes(memory);
  if (memory !== undefined && bytes === undefined)
    reader.refuse("memory", 'a size of at least "64MB", such as "512MB" or "2GB"');
  const nice = reader.count("nice", null, 0);
  if (nice !== null && nice > 19) reader.refuse("nice", "a whole number from 0 to 19");
  return { ...(bytes !== undefined && { memoryBytes: bytes }), ...(nice !== null && { nice }) };
}

/** A task's own environment. @param env as it stands in the task's options or its defaults */
export function ownEnvironment(
  task: TaskDefinition,
  env: unknown,
  where: string,
  problems: Problems,
): Pick<SerializedTask, "env"> {
  if (env === undefined) return {};
  const required: readonly unknown[] = task.dag.options.requires?.env ?? [];
  const isValue = (value: unknown): boolean =>
    typeof value === "string" ||
    (typeof value === "object" && value !== null && required.includes((value as { fromEnv?: unknown }).fromEnv));
  const read = new OptionReader({ env }, where, task.site, problems).record<string | { readonly fromEnv: string }>(
    "env",
    "an object of texts, or of { fromEnv } with a name that requires.env has",
    isValue,
  );
  const entries = Object.entries(read ?? {}).map(([name, value]) => [
    name,
    typeof value === "string" ? { value } : { fromEnv: value.fromEnv },
  ]);
  return { env: Object.fromEntries(entries) as NonNullable<SerializedTask["env"]> };
}
