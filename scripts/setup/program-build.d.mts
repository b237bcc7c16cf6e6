/** Where the bundles of the repository's own sources lie. */
export const programsFolder: string;

/** Bundles the program if its sources changed since the last bundle, and returns the path of its entry; undefined where that failed. */
export function ensureProgramBuilt(): string | undefined;

/** What tells one state of a file, named from the repository's root, from another without reading it. */
export function stateOf(file: string): string;
