import type { KeptXcom, XcomPlace } from "@windlass/contract";

/** One kind of place for objects. Addresses are whole: they name the kind, the place and the object. */
export interface ObjectKind {
  /** The address of an object in the configured place. @param name its path there */
  addressOf(name: string): string;
  /** Opens one object to be written once, for a while. */
  openToWrite(address: string): Promise<XcomPlace>;
  /** Opens one object to be read, for a while. */
  openToRead(address: string): Promise<KeptXcom>;
  /** The object's bytes as they lie there; null where it is gone or larger than `maxBytes`. */
  read(address: string, maxBytes: number): Promise<Uint8Array | null>;
  /** Deletes the object; one that is gone is no error. */
  delete(address: string): Promise<void>;
}

/** Seconds after which what was opened is shut again, so that nobody writes an object that nobody knows of any more. */
export const OPEN_SECONDS = 3_600;

/** Ends the address of a compressed object. */
export const GZIP_ENDING = ".gz";
