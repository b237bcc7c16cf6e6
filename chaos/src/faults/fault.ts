/** A time, by the wall clock in milliseconds, in which something was the matter. */
export interface Trouble {
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a supervisor that was frozen. */
  readonly pid?: number;
}

/** What a fault did; undefined: there was nobody to do it to. */
export type Done = Omit<Trouble, "kind"> | undefined;

/** Something that can go wrong. */
export interface Fault {
  readonly kind: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  readonly run: () => Promise<Done> | Done;
}

/** From now on for so long. */
export function moment(lastsMs = 0): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = Date.now();
  return { fromMs, toMs: fromMs + lastsMs };
}
