/** What is measured of every peer; a row that it has no counterpart for is left out. */
export interface PeerFigures {
  /** Pieces of no-op work a second: jobs, or steps of a workflow. */
  readonly perSecond?: number;
  /** From handing in one piece of work to its code, p50. */
  readonly startMs?: number;
  /** Ten pieces of work one after the other, from the first code to the last, p50. */
  readonly chainMs?: number;
  /** One, then a hundred at a time, then one: from the first code to the last, p50. */
  readonly fanMs?: number;
}

const MARK = "peer figures: ";

/** How a peer's process hands its figures to whoever started it; libraries write to the same output. */
export function printFigures(figures: PeerFigures): void {
  console.log(MARK + JSON.stringify(figures));
}

/** The figures in what a peer's process printed; undefined where it printed none. */
export function readFigures(output: string): PeerFigures | undefined {
  const line = output.split("\n").findLast((each) => each.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as PeerFigures);
}
