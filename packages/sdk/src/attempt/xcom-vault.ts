import { InvariantError, type JsonValue, type KeptXcom } from "@windlass/contract";
import { checkXcom, type XcomCheck } from "./xcom.ts";

/** Where the XComs of an attempt go and come from. */
export interface XcomVault {
  /** Keeps a value, or says why it cannot be an XCom. @throws where a place outside of the database fails: another try may do better */
  keep(key: string, value: unknown): XcomCheck | Promise<XcomCheck>;
  /** Reads a value that lies anywhere. */
  read(kept: KeptXcom): JsonValue | Promise<JsonValue>;
}

/** A vault that knows nothing but the database. */
export function plainVault(maxBytes: number): XcomVault {
  return {
    keep: (_key, value) => checkXcom(value, maxBytes),
    read: (kept) => {
      if (kept.kind === "value") return kept.value;
      throw new InvariantError(`nobody here reads an XCom that is kept as ${kept.kind}`);
    },
  };
}
