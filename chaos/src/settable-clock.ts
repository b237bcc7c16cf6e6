import { renameSync, writeFileSync } from "node:fs";

/** The wall clock of a process that runs under libfaketime: it is what a file says, read again at each question. The monotonic clock is left alone. */
export class SettableClock {
  readonly #library: string;
  readonly #file: string;

  /** @param library the path of libfaketime.so.1 */
  constructor(library: string, file: string) {
    this.#library = library;
    this.#file = file;
    this.set(0);
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** @param bySeconds how far it is ahead of the machine's; less than 0: behind */
  set(bySeconds: number): void {
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, `${bySeconds < 0 ? "" : "+"}${String(bySeconds)}\n`);
    // Never a file that is half written.
    renameSync(draft, this.#file);
  }
}
