import { watch, type FSWatcher } from "node:fs";
import { sep } from "node:path";
import type { Clock, LoadError, ParseResult } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { listKnownFiles, markFilesGone, syncDagFile } from "../../store/dags.ts";
import type { BundleFolder } from "../bundle-folder.ts";
import { withPatience } from "../../database/patience.ts";
import type { OnProblem, Service } from "../service.ts";
import { Signal } from "../signal.ts";
import { isDagFile, listDagFiles } from "./dag-files.ts";
import { TimetableFiller } from "./fill-timetables.ts";
import type { ParserProcess } from "./parser-process.ts";

/** How Dag files are watched and stored. */
export interface DagProcessorOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly dagsFolder: string;
  readonly parser: ParserProcess;
  readonly bundles: BundleFolder;
  /** For a new Dag that says nothing itself. */
  readonly pausedAtCreation: boolean;
  readonly onProblem: OnProblem;
  /** These Dags have a new version, appeared, vanished or came back. */
  readonly onDagsChanged: (dagIds: readonly string[]) => void;
  /** Errors of a file changed. */
  readonly onErrorsChanged: () => void;
  /** Milliseconds between listings of the folder, besides watching it. @defaultValue 30000 */
  readonly rescanMs?: number;
  /** Milliseconds that a file must be left alone before it is parsed. @defaultValue 50 */
  readonly debounceMs?: number;
}

/** What one parsed file came to. */
export interface ParsedFile {
  readonly file: string;
  readonly changedDagIds: readonly string[];
  readonly errors: readonly LoadError[];
}

/**
 * Keeps the stored Dags equal to the files of the Dags folder. Changes are told by the system's file events; a listing every half minute finds what
 * those missed. No file's content is looked at in this process: the parser child turns it into data.
 */
export class DagProcessor implements Service {
  readonly name = "dag-processor";
  /** After each parsed file. */
  readonly parsed = new Signal<ParsedFile>();
  /** Hears of each parsed file, after it was stored. */
  onParsed: (parsed: ParsedFile) => void = () => undefined;
  /** After each listing whose files have all been parsed. */
  readonly settled = new Signal();
  readonly #options: DagProcessorOptions;
  readonly #stamps = new Map<string, string>();
  /** Files that give no Dags themselves: whatever changes in them may change any other file. */
  readonly #withoutDags = new Set<string>();
  readonly #timetables: TimetableFiller;
  #watcher: FSWatcher | undefined;
  #rescanTimer: NodeJS.Timeout | undefined;
  #debounceTimer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
  #started = false;
  #stopped = false;

  constructor(options: DagProcessorOptions) {
    this.#options = options;
    this.#timetables = new TimetableFiller(options);
  }

  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#stopped = false;
    this.#rescanTimer = setInterval(() => this.#soon(0), this.#options.rescanMs ?? 30_000);
    this.#rescanTimer.unref();
    this.#watch();
    this.#soon(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#started = false;
    clearInterval(this.#rescanTimer);
    clearTimeout(this.#debounceTimer);
    this.#watcher?.close();
    this.#watcher = undefined;
    await this.#options.parser.stop();
    await this.#round?.catch(() => undefined);
  }

  /** Lists the folder and parses what changed since the last time. */
  runOnce(): Promise<void> {
    this.#round ??= this.#scan().finally(() => {
      this.#round = undefined;
      this.settled.emit();
    });
    return this.#round;
  }

  /** Has a file parsed again soon although it did not change. @param file its path relative to the Dags folder */
  parseAgain(file: string): void {
    this.#stamps.delete(file);
    this.#soon(0);
  }

  /** The dates of a timetable run low. */
  timetablesLow(): void {
    this.#soon(0);
  }

  #watch(): void {
    if (this.#watcher || !this.#started) return;
    const { dagsFolder, debounceMs = 50 } = this.#options;
    try {
      this.#watcher = watch(dagsFolder, { recursive: true, persistent: false }, (_event, name) => {
        if (name === null || isDagFile(name.split(sep).join("/")) || !name.includes(".")) this.#soon(debounceMs);
      });
      this.#watcher.on("error", () => {
        // The folder is gone or there are too many watches: the listing goes on, and tries to watch again.
        this.#watcher?.close();
        this.#watcher = undefined;
      });
    } catch {
      this.#watcher = undefined;
    }
  }

  #soon(ms: number): void {
    if (!this.#started) return;
    clearTimeout(this.#debounceTimer);
    this.#debounceTimer = setTimeout(() => {
      if (this.#round) {
        this.#again = true;
        return;
      }
      this.runOnce()
        .catch((error: unknown) => {
          this.#options.onProblem(this.name, error);
        })
        .finally(() => {
          if (!this.#again) return;
          this.#again = false;
          this.#soon(0);
        });
    }, ms).unref();
  }

  async #scan(): Promise<void> {
    const { dagsFolder } = this.#options;
    this.#watch();
    const files = await listDagFiles(dagsFolder);
    await this.#forgetGone(new Set(files.map((each) => each.file)));
    const changed = files.filter((each) => this.#stamps.get(each.file) !== each.stamp);
    const shared = changed.some((each) => this.#stamps.has(each.file) && this.#withoutDags.has(each.file));
    for (const { file, stamp } of shared ? files : changed) {
      if (this.#stopped) return;
      // A file is remembered as parsed when it was stored; a database that is away leaves it for the next round.
      await this.#parse(file);
      if (!this.#stopped) this.#stamps.set(file, stamp);
    }
    await this.#fillTimetables();
  }

  async #fillTimetables(): Promise<void> {
    const wanted = (): boolean => !this.#stopped;
    const { filled, failed } = await withPatience(() => this.#timetables.fill(wanted), wanted);
    if (filled.length > 0) this.#options.onDagsChanged(filled);
    if (filled.length > 0 || failed) this.#options.onErrorsChanged();
  }

  async #forgetGone(present: ReadonlySet<string>): Promise<void> {
    const { database, clock, onDagsChanged, onErrorsChanged } = this.#options;
    const wanted = (): boolean => !this.#stopped;
    // What the database knows counts too: a file may have gone while nothing ran.
    const known = await withPatience(() => listKnownFiles(database), wanted);
    const gone = [...new Set([...known, ...this.#stamps.keys()])].filter((file) => !present.has(file));
    if (gone.length === 0) return;
    const stale = await withPatience(() => database.transaction((tx) => markFilesGone(tx, gone, clock.now())), wanted);
    for (const file of gone) {
      this.#stamps.delete(file);
      this.#withoutDags.delete(file);
    }
    if (stale.length > 0) onDagsChanged(stale);
    onErrorsChanged();
  }

  async #parse(file: string): Promise<void> {
    const { database, clock, parser, bundles, pausedAtCreation, dagsFolder, onDagsChanged, onErrorsChanged } =
      this.#options;
    const result = await parser.parse(dagsFolder, file);
    // The parser was ended with this service: that says nothing about the file.
    if (this.#stopped) return;
    if (result.dags.length === 0 && result.errors.length === 0) this.#withoutDags.add(file);
    else this.#withoutDags.delete(file);
    await this.#keepBundle(bundles, result);
    const outcome = await withPatience(
      () => database.transaction((tx) => syncDagFile(tx, result, { now: clock.now(), pausedAtCreation })),
      () => !this.#stopped,
    );
    if (outcome.changedDagIds.length > 0) onDagsChanged(outcome.changedDagIds);
    onErrorsChanged();
    const parsed = { file, changedDagIds: outcome.changedDagIds, errors: outcome.errors };
    this.onParsed(parsed);
    this.parsed.emit(parsed);
  }

  async #keepBundle(bundles: BundleFolder, { hash, bundle, dags }: ParseResult): Promise<void> {
    if (hash === null || bundle === null || dags.length === 0) return;
    try {
      await bundles.add(hash, bundle);
    } catch (error) {
      // It is fetched from the database when it is needed; a full disk then fails that attempt, and says so.
      this.#options.onProblem(this.name, error);
    }
  }
}
