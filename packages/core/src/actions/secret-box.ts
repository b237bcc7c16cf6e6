import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { invariant } from "@windlass/contract";
import type { Randomness } from "./context.ts";

/** Where a sealed value belongs; moved to another row or column it does not open. */
export interface SecretPlace {
  readonly table: "connection" | "variable";
  readonly column: string;
  readonly row: string;
}

/** Encrypts what the database must not show: passwords and extras of connections, values of variables. */
export interface SecretBox {
  seal(plain: string, place: SecretPlace): Buffer;
  /** @throws InvariantError where no key fits, or the value was changed or moved */
  open(sealed: Uint8Array, place: SecretPlace): string;
}

const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly id: Buffer;
  readonly bytes: Buffer;
}

/**
 * A box with one or several keys, of which the first seals and all open (rotation).
 * Layout: version, key id, nonce, tag, ciphertext. AES-256-GCM; the place is authenticated with it.
 */
export function createSecretBox(keys: readonly string[], random: Randomness): SecretBox {
  const ring = keys.map(toKey);
  const [first] = ring;
  invariant(first !== undefined, "a secret box needs a key");
  return {
    seal(plain, place) {
      const nonce = Buffer.from(random.bytes(NONCE_BYTES));
      const cipher = createCipheriv("aes-256-gcm", first.bytes, nonce);
      cipher.setAAD(placeBytes(place));
      const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), first.id, nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      const id = bytes.subarray(1, 1 + KEY_ID_BYTES);
      const key = ring.find((each) => each.id.equals(id));
      invariant(
        bytes[0] === VERSION && key !== undefined,
        `no key opens ${place.table}.${place.column} of ${place.row}`,
      );
      const nonceAt = 1 + KEY_ID_BYTES;
      const tagAt = nonceAt + NONCE_BYTES;
      const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(nonceAt, tagAt));
      decipher.setAAD(placeBytes(place));
      decipher.setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()]).toString("utf8");
    },
  };
}

function toKey(text: string): Key {
  const bytes = createHash("sha256").update(`windlass secret box\n${text}`).digest();
  return { bytes, id: createHash("sha256").update(bytes).digest().subarray(0, KEY_ID_BYTES) };
}

function placeBytes({ table, column, row }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([table, column, row]));
}
