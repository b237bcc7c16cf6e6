import type { JsonValue } from "../json.ts";

/** What an XCom's row holds in place of its value. */
export type XcomElsewhere =
  /** The value lies in the object store, under this address. */
  | { readonly kind: "object"; readonly address: string; readonly bytes: number; readonly length: number | null }
  /** The value is what the author's own backend made of it. */
  | { readonly kind: "encoded"; readonly value: JsonValue; readonly length: number | null };

/** Where the reader of an XCom finds its value. What is outside of the database is opened to it for a while, and nothing else there. */
export type KeptXcom =
  | { readonly kind: "value"; readonly value: JsonValue }
  | { readonly kind: "encoded"; readonly value: JsonValue }
  | { readonly kind: "file"; readonly path: string; readonly compressed: boolean }
  | { readonly kind: "url"; readonly url: string; readonly compressed: boolean };

/** Where an attempt may write one XCom outside of the database; a file, or an address that takes one PUT. */
export type XcomPlace = {
  /** Names the object in the XCom's row. */
  readonly address: string;
  readonly compress: boolean;
} & ({ readonly kind: "file"; readonly path: string } | { readonly kind: "url"; readonly url: string });

/** How an attempt keeps XComs. */
export interface XcomKeeping {
  /** Values with more bytes than this are written outside of the database; left out: none. */
  readonly storeAbove?: number;
  /** The author's own backend: path of a module. */
  readonly backend?: string;
}
