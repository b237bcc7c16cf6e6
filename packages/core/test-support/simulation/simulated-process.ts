import { type Clock, fromMillis, type Instant } from "@windlass/contract";
import { DatabaseError } from "../../src/database/database-error.ts";
import type { Timers } from "../../src/database/timers.ts";
import type { Link } from "./link.ts";
import type { Session } from "./session.ts";
import type { Surroundings } from "./surroundings.ts";

// As the server ends a transaction in which nothing happens any more.
const IDLE_IN_TRANSACTION_MS = 60_000;
const BACK_SOON_MS = 40;

/** One process: it has timers, a clock of its own and a link to the database, and may stop at any moment, for a while or for good. */
export class SimulatedProcess {
  readonly name: string;
  isAlive = true;
  /** Whether anything ever came between it and its work: it stopped, was cut off, or a commit of its came late. */
  wasTroubled = false;
  /** How far its clock is off. */
  skewMs = 0;
  #frozenUntil = 0;
  #cutOffUntil = 0;
  readonly #around: Surroundings;
  readonly #sessions = new Set<Session>();

  constructor(name: string, around: Surroundings) {
    this.name = name;
    this.#around = around;
  }

  get isFrozen(): boolean {
    return this.#frozenUntil > this.#around.time.now;
  }

  /** Does something in this process after a while, if it still lives; a frozen one does it when it goes on. */
  deliver(ms: number, work: () => void): () => void {
    return this.#around.time.after(ms, () => {
      this.#arrive(work);
    });
  }

  #arrive(work: () => void): void {
    if (!this.isAlive) return;
    if (this.isFrozen) this.deliver(this.#frozenUntil - this.#around.time.now, work);
    else work();
  }

  /** `kill -9`. What it had sent is done; what it had not ended is rolled back. */
  crash(): void {
    this.isAlive = false;
    this.wasTroubled = true;
    for (const session of this.#sessions)
      this.#around.time.after(this.#around.chance.between(1, BACK_SOON_MS), () => {
        session.abort();
      });
  }

  /** `SIGSTOP`, and `SIGCONT` later. */
  freeze(ms: number): void {
    this.wasTroubled = true;
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#around.time.now + ms);
    for (const session of this.#sessions)
      this.#around.time.after(IDLE_IN_TRANSACTION_MS, () => {
        if (this.isFrozen) session.abort();
      });
  }

  /** Nothing comes through to the database for a while, nor back. */
  cutOff(ms: number): void {
    this.wasTroubled = true;
    this.#cutOffUntil = this.#around.time.now + ms;
  }

  readonly clock: Clock = { now: (): Instant => fromMillis(this.#processNow()) };

  #processNow(): number {
    return this.#around.epochMs + this.#around.time.now + this.skewMs;
  }

  readonly timers: Timers = {
    monotonic: () => this.#around.time.now,
    after: (ms, work) => this.deliver(ms, work),
    every: (ms, work) => {
      let cancel = (): void => undefined;
      const plan = (): void => {
        cancel = this.deliver(ms, () => {
          plan();
          work();
        });
      };
      plan();
      return () => {
        cancel();
      };
    },
    turn: () => new Promise((resolve) => this.deliver(0, resolve)),
  };

  readonly link: Link = {
    processNow: () => this.#processNow(),
    pause: (ms) =>
      new Promise((resolve) => {
        this.deliver(ms, resolve);
      }),
    began: (session) => {
      this.#sessions.add(session);
      session.onEnd = () => {
        this.#sessions.delete(session);
      };
    },
    call: (work) => this.#call(work),
    commit: (session) => this.#commit(session),
  };

  #call<T>(work: () => T | Promise<T>): Promise<T> {
    const { chance, weather } = this.#around;
    const fate = chance.happens(weather.lossOfStatements) ? chance.pick(["question", "answer"] as const) : "fine";
    return this.#send(fate, work);
  }

  #commit(session: Session): Promise<void> {
    const { chance, weather, time } = this.#around;
    const commit = (): void => {
      session.commit();
    };
    if (!chance.happens(weather.lossOfCommits)) return this.#send("fine", commit, session);
    const fate = chance.pick(["question", "answer", "late"] as const);
    if (fate !== "late") return this.#send(fate, commit, session);
    // Whoever waits for it gives up while it is on its way.
    session.isSent = true;
    this.wasTroubled = true;
    time.after(chance.mostlyShort(5, 4_000), () => {
      if (session.isOpen) commit();
    });
    return new Promise((_, reject) => {
      this.deliver(this.#latency(), () => {
        reject(unavailable(true));
      });
    });
  }

  #send<T>(fate: "fine" | "question" | "answer", work: () => T | Promise<T>, session?: Session): Promise<T> {
    const { time } = this.#around;
    return new Promise((resolve, reject) => {
      const refuse = (mayHaveRun: boolean): void => {
        this.deliver(this.#latency(), () => {
          reject(unavailable(mayHaveRun));
        });
      };
      if (this.#isCutOff || this.#around.databaseDownUntil > time.now) {
        refuse(false);
        return;
      }
      if (fate === "question") {
        refuse(true);
        return;
      }
      if (session) session.isSent = true;
      time.after(this.#latency(), () => {
        if (this.#around.databaseDownUntil > time.now) {
          session?.end();
          refuse(true);
          return;
        }
        void answer(work).then(
          (found) => {
            if (fate === "answer" || this.#isCutOff) refuse(true);
            else
              this.deliver(this.#latency(), () => {
                resolve(found);
              });
          },
          (error: unknown) => {
            this.deliver(this.#latency(), () => {
              reject(error instanceof Error ? error : unavailable(true));
            });
          },
        );
      });
    });
  }

  get #isCutOff(): boolean {
    return this.#cutOffUntil > this.#around.time.now;
  }

  #latency(): number {
    const { chance, weather } = this.#around;
    // Now and then something takes long.
    return chance.happens(0.005) ? chance.mostlyShort(50, 3_000) : chance.mostlyShort(0.1, weather.latencyMs);
  }
}

async function answer<T>(work: () => T | Promise<T>): Promise<T> {
  return work();
}

function unavailable(mayHaveRun: boolean): DatabaseError {
  return new DatabaseError({ kind: "unavailable", mayHaveRun }, "the connection was lost");
}
