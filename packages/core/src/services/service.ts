/** A long-running duty of a process. */
export interface Service {
  /** For logs and status. */
  readonly name: string;
  /** Takes up the duty. @throws only where it cannot begin at all; a database that is away is waited for */
  start(): Promise<void>;
  /** Ends it and waits until nothing of it runs any more. Safe twice, and before `start`. */
  stop(): Promise<void>;
  /** One round of the duty, done now; rounds do not overlap. For tests, and for whoever cannot wait. */
  runOnce(): Promise<void>;
}

/** Told what a service cannot mend by itself; it goes on. */
export type OnProblem = (service: string, error: unknown) => void;
