import type { TimetablePort } from "../../actions/context.ts";
import type { Database } from "../../database/sql.ts";
import type { BundleFolder } from "../bundle-folder.ts";
import type { ParserProcess } from "./parser-process.ts";

/** Asks custom timetables in a parser's child, which gets the bundle of the Dag's version. */
export function timetablePort(options: {
  readonly database: Database;
  readonly bundles: BundleFolder;
  readonly parser: ParserProcess;
  readonly dagsFolder: string;
}): TimetablePort {
  const { database, bundles, parser, dagsFolder } = options;
  return {
    async ask({ dagId, file, bundleHash }, ask) {
      if (!(await bundles.ensure(database, bundleHash))) return undefined;
      return parser.askTimetable({ bundlePath: bundles.pathOf(bundleHash), dagsFolder, file, dagId, ask });
    },
  };
}
