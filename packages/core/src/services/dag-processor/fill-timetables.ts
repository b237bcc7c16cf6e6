import type { Clock } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import {
  listThirstyTimetables,
  storeTimetableDates,
  storeTimetableError,
  type ThirstyTimetable,
  TIMETABLE_AHEAD,
} from "../../store/timetables.ts";
import type { BundleFolder } from "../bundle-folder.ts";
import type { ParserProcess } from "./parser-process.ts";

/** What is needed to ask timetables. */
export interface TimetableFilling {
  readonly database: Database;
  readonly clock: Clock;
  readonly dagsFolder: string;
  readonly parser: ParserProcess;
  readonly bundles: BundleFolder;
}

// A timetable that failed is asked again, in case the machine was to blame, but not at every listing of the folder.
const AGAIN_AFTER_SECONDS = 300;

/**
 * Asks the timetables whose dates are missing or run low, in the parser's child, and stores the dates: no scheduler ever calls a function of a file. A timetable
 * that throws, or does not end, is an import error of its Dag.
 */
export class TimetableFiller {
  readonly #options: TimetableFilling;
  /** When a version's timetable that failed is asked again, in milliseconds. */
  readonly #failed = new Map<number, number>();

  constructor(options: TimetableFilling) {
    this.#options = options;
  }

  /** @returns Dags that have dates now @throws DatabaseError */
  async fill(wanted: () => boolean): Promise<{ readonly filled: readonly string[]; readonly failed: boolean }> {
    const filled: string[] = [];
    let failed = false;
    for (const each of await listThirstyTimetables(this.#options.database)) {
      if (!wanted()) break;
      if ((this.#failed.get(each.versionId) ?? 0) > this.#millis()) continue;
      const outcome = await this.#ask(each);
      if (outcome === "filled") filled.push(each.dagId);
      failed ||= outcome === "failed";
    }
    return { filled, failed };
  }

  async #ask(thirsty: ThirstyTimetable): Promise<"filled" | "failed" | "dropped"> {
    const { database, clock, dagsFolder, parser, bundles } = this.#options;
    const { dagId, file, versionId, bundleHash, dag, last } = thirsty;
    if (!(await bundles.ensure(database, bundleHash))) return "dropped";
    const { startDate, endDate, catchup } = dag;
    const answer = await parser.askTimetable({
      bundlePath: bundles.pathOf(bundleHash),
      dagsFolder,
      file,
      dagId,
      ask: { kind: "next", last, startDate, endDate, catchup, now: clock.now(), count: TIMETABLE_AHEAD },
    });
    if (answer.kind === "failed") {
      this.#failed.set(versionId, this.#millis() + AGAIN_AFTER_SECONDS * 1000);
      await storeTimetableError(database, dagId, answer.error);
      return "failed";
    }
    if (answer.kind !== "dates") return "dropped";
    const { dates, ended } = answer;
    const stored = await database.transaction((tx) => storeTimetableDates(tx, thirsty, dates, ended));
    return stored ? "filled" : "dropped";
  }

  #millis(): number {
    return Date.parse(this.#options.clock.now());
  }
}
