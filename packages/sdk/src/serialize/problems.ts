import { type LoadError, refusal, type RefusalCode } from "@windlass/contract";
import { type CallSite, firstPosition, type SitePosition } from "../authoring/call-site.ts";

/** A code of the `dag_file` family. */
export type DagFileCode = Extract<RefusalCode, `dag_file.${string}`>;

/** Turns a position of the bundle's stack into one of the Dags folder. */
export type Locate = (position: SitePosition) => SitePosition;

/** What a file or a Dag does wrong, collected so that all of it is shown at once. */
export class Problems {
  readonly errors: LoadError[] = [];
  readonly #file: string;
  readonly #locate: Locate;

  /**
   * @param file the file that is loaded, relative to the Dags folder: the place of problems without a better one
   */
  constructor(file: string, locate: Locate = (position) => position) {
    this.#file = file;
    this.#locate = locate;
  }

  /** Where a call site lies in the author's files. */
  position(site: CallSite | null): SitePosition | undefined {
    const position = firstPosition(site?.stack);
    return position === undefined ? undefined : this.#locate(position);
  }

  /** Notes a problem at a call site. */
  add(code: DagFileCode, data: Readonly<Record<string, unknown>>, site: CallSite | null): void {
    const position = this.position(site);
    const place = {
      file: position?.file ?? this.#file,
      line: position?.line ?? null,
      column: position?.column ?? null,
    };
    const all = { ...place, ...data };
    const said = refusal(code, all);
    const at = place.line === null ? place.file : `${place.file}:${place.line}:${place.column ?? 1}`;
    const reason = said.reason.replaceAll(":null", "");
    this.errors.push({ code, reason, fix: said.fix, ...place, trace: `${code}: ${reason}\n    at ${at}` });
  }
}

/** A value as a sentence names it: short JSON, or what kind of thing it is. */
export function nameValue(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol" || value === undefined) return String(value);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  if (text === undefined) return "an object that is no JSON";
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
