import { invariant } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import { type AuditRow, insertAudit } from "../../store/audit.ts";
import { type IdempotencyRow, insertIdempotent } from "../../store/idempotency.ts";
import { insertRuns, type NewRun, type RunInsertion } from "../../store/runs.ts";

/** One run to be made, with what is written beside it once its id is known. */
export interface RunSubmission {
  readonly run: NewRun;
  readonly audit: (created: Extract<RunInsertion, { kind: "created" }>) => AuditRow;
  readonly idempotency: ((created: Extract<RunInsertion, { kind: "created" }>) => IdempotencyRow) | null;
}

interface Waiting {
  readonly submission: RunSubmission;
  readonly resolve: (insertion: RunInsertion) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_AT_ONCE = 500;
// While one batch waits for its commit the next one is being gathered and sent.
const WRITERS = 2;

/**
 * Makes runs of many callers in shared transactions: whoever comes while a commit is under way waits for the next one, so the rate does not
 * depend on how long a commit takes. Every caller is answered after its commit. A batch that fails for one of its members is done one by one.
 */
export class RunWriter {
  readonly #database: Database;
  readonly #onCreated: (dagRunIds: readonly number[]) => void;
  #waiting: Waiting[] = [];
  #writers = 0;

  constructor(database: Database, onCreated: (dagRunIds: readonly number[]) => void) {
    this.#database = database;
    this.#onCreated = onCreated;
  }

  /** Makes one run. @returns what became of it, after the commit @throws DatabaseError */
  submit(submission: RunSubmission): Promise<RunInsertion> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ submission, resolve, reject });
      if (this.#writers < WRITERS) {
        this.#writers += 1;
        // A turn of the event loop later, so that requests that arrived together go together.
        setImmediate(() => void this.#write());
      }
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_AT_ONCE);
      try {
        this.#answer(batch, await this.#commit(batch));
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error);
        else await this.#oneByOne(batch);
      }
    }
    this.#writers -= 1;
  }

  async #oneByOne(batch: readonly Waiting[]): Promise<void> {
    for (const each of batch) {
      try {
        this.#answer([each], await this.#commit([each]));
      } catch (error) {
        each.reject(error);
      }
    }
  }

  #commit(batch: readonly Waiting[]): Promise<readonly RunInsertion[]> {
    return this.#database.transaction(async (tx) => {
      const insertions = await insertRuns(
        tx,
        batch.map(({ submission }) => submission.run),
      );
      const audits: AuditRow[] = [];
      const kept: IdempotencyRow[] = [];
      batch.forEach(({ submission }, index) => {
        const insertion = insertions[index];
        if (insertion?.kind !== "created") return;
        audits.push(submission.audit(insertion));
        if (submission.idempotency) kept.push(submission.idempotency(insertion));
      });
      await insertAudit(kept.length === 0 ? tx.last : tx, audits);
      await insertIdempotent(tx, kept);
      return insertions;
    });
  }

  #answer(batch: readonly Waiting[], insertions: readonly RunInsertion[]): void {
    const created = insertions.flatMap((each) => (each.kind === "created" ? [each.id] : []));
    if (created.length > 0) this.#onCreated(created);
    batch.forEach(({ resolve }, index) => {
      const insertion = insertions[index];
      invariant(insertion !== undefined, "a run of a batch got no answer");
      resolve(insertion);
    });
  }
}
