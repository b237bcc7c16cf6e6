/** A process of an installation that runs beside others. */
export interface RunningPart {
  /** What a person is told at the start. */
  readonly greeting: readonly string[];
  /** Ends everything in order and waits. */
  stop(): Promise<void>;
}
