import type { Session } from "./session.ts";

/** What lies between a process and the database. */
export interface Link {
  /** A question and its answer. @throws DatabaseError (unavailable) where one of the two is lost */
  call<T>(work: () => T | Promise<T>): Promise<T>;
  /** The same of COMMIT, whose loss leaves open what became of it. */
  commit(session: Session): Promise<void>;
  /** A transaction begins: should the process end, the server ends it. */
  began(session: Session): void;
  pause(ms: number): Promise<void>;
  /** The clock of the process: milliseconds since 1970. */
  readonly processNow: () => number;
}

/** Nothing lies between: for tests of the double itself. */
export function directLink(now: () => number): Link {
  return {
    call: async (work) => work(),
    async commit(session) {
      session.commit();
    },
    began: () => undefined,
    pause: async () => undefined,
    processNow: now,
  };
}
