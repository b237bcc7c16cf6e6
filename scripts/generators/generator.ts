/** Writes committed files from the code they describe. */
export interface Generator {
  readonly name: string;
  /** Folders (ending in a slash) in which every file is this generator's: one that it no longer writes is stale. */
  readonly owns: readonly string[];
  /** The contents by path, relative to the repository's root. It writes nothing itself. */
  readonly generate: () => Promise<ReadonlyMap<string, string>>;
}
