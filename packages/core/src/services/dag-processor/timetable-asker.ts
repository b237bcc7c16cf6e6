import type { TimetablePort } from "../../actions/context.ts";
import type { Database } from "../../database/sql.ts";
import { BundleFolder } from "../bundle-folder.ts";
import { childEnvironment } from "../../executors/local/runner-environment.ts";
import { ParserProcess } from "./parser-process.ts";
import { timetablePort } from "./timetable-port.ts";

/** Asks custom timetables for a process that reads no Dag files. */
export interface TimetableAsker extends TimetablePort {
  /** Ends the child, if there is one, and waits for it. */
  stop(): Promise<void>;
}

/** An asker with a child of its own, which is there only while something is asked. */
export function timetableAsker(options: {
  readonly database: Database;
  readonly dagsFolder: string;
  readonly bundleFolder: string;
  readonly parserPath: string;
  readonly timeoutSeconds: number;
  /** The program's environment; the child gets what programs need to work. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}): TimetableAsker {
  const { database, dagsFolder, parserPath, timeoutSeconds } = options;
  const parser = new ParserProcess({ parserPath, timeoutSeconds, environment: childEnvironment(options.environment) });
  const port = timetablePort({ database, parser, dagsFolder, bundles: new BundleFolder(options.bundleFolder) });
  return { ask: (of, ask) => port.ask(of, ask), stop: () => parser.stop() };
}
