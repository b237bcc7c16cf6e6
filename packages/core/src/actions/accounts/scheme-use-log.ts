import type { Database } from "../../database/sql.ts";
import { addSchemeUses, type SchemeUse } from "../../store/scheme-use.ts";

const FLUSH_MS = 2000;
const LONGEST_CLIENT = 80;

/** Counts who uses which credential scheme, written now and then: the report before a scheme is switched off. */
export class SchemeUseLog {
  readonly #database: Database;
  readonly #counts = new Map<string, { scheme: string; accountId: number; client: string; uses: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts one use. @param userAgent the caller's program; its first word is kept */
  note(scheme: string, accountId: number, userAgent: string | null): void {
    const client = (userAgent ?? "").split(" ")[0]?.slice(0, LONGEST_CLIENT) ?? "";
    const key = `${scheme}\n${String(accountId)}\n${client}`;
    const known = this.#counts.get(key);
    if (known) known.uses += 1;
    else this.#counts.set(key, { scheme, accountId, client, uses: 1 });
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), FLUSH_MS).unref();
  }

  /** Writes what was counted. Where the database is away the counts are kept for the next time. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses: readonly SchemeUse[] = [...this.#counts.values()];
    this.#counts.clear();
    try {
      await addSchemeUses(this.#database, uses);
    } catch (error) {
      for (const use of uses) {
        const key = `${use.scheme}\n${String(use.accountId)}\n${use.client}`;
        const known = this.#counts.get(key);
        this.#counts.set(key, { ...use, uses: use.uses + (known?.uses ?? 0) });
      }
      throw error;
    }
  }
}
