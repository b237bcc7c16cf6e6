import type { Instant, SerializedTask } from "@windlass/contract";
import type { CallSite } from "../authoring/call-site.ts";
import type { TaskOptions } from "../authoring/task-options.ts";
import { readDate } from "./dates.ts";
import { OptionReader } from "./option-reader.ts";
import { nameValue, type Problems } from "./problems.ts";

/** Who has the options, for what is wrong with them. */
export interface TaskDatesOwner {
  readonly where: string;
  readonly site: CallSite;
  /** The Dag's. */
  readonly timezone: string;
}

/** The bounds of the runs that have a task; what is left out has none. */
export function readTaskDates(
  options: TaskOptions,
  { where, site, timezone }: TaskDatesOwner,
  problems: Problems,
): Pick<SerializedTask, "startDate" | "endDate"> {
  const read = (option: "startDate" | "endDate"): Instant | undefined => {
    const value: unknown = options[option];
    if (value === undefined) return undefined;
    const moment = readDate(value, timezone);
    if (moment === undefined) problems.add("dag_file.bad_date", { where, option, actual: nameValue(value) }, site);
    return moment;
  };
  const startDate = read("startDate");
  const endDate = read("endDate");
  if (startDate !== undefined && endDate !== undefined && endDate < startDate)
    new OptionReader(options, where, site, problems).refuse("endDate", "at or after startDate");
  return { ...(startDate !== undefined && { startDate }), ...(endDate !== undefined && { endDate }) };
}
