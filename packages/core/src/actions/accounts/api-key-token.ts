import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Randomness } from "../context.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX = "windlass_p_";
const SECRET_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${String(SECRET_LENGTH + CHECKSUM_LENGTH)}}$`);

/** How many characters of a key are shown in lists. */
const DISPLAY_LENGTH = 8;

/** Makes a key: `windlass_p_`, 30 random characters (178 bits), 6 of checksum. */
export function makeApiKeyToken(random: Randomness): string {
  let secret = "";
  while (secret.length < SECRET_LENGTH) {
    // Bytes of 248 and more would favour the first characters.
    for (const byte of random.bytes(SECRET_LENGTH))
      if (byte < 248 && secret.length < SECRET_LENGTH) secret += ALPHABET[byte % 62] ?? "";
  }
  return PREFIX + secret + checksum(secret);
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let text = "";
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    text = (ALPHABET[rest % 62] ?? "") + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Whether a text claims to be an API key. */
export function looksLikeApiKey(text: string): boolean {
  return text.startsWith("windlass_");
}

/** Whether form and checksum of a key are right; a typing error is known without asking the database. */
export function hasRightChecksum(token: string): boolean {
  if (!FORM.test(token)) return false;
  const secret = token.slice(PREFIX.length, PREFIX.length + SECRET_LENGTH);
  return token.slice(PREFIX.length + SECRET_LENGTH) === checksum(secret);
}

/** What is stored of a key. A fast hash is right here: the key is random, so it cannot be guessed. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** The part of a key that is shown. */
export function displayIdOf(token: string): string {
  return token.slice(PREFIX.length, PREFIX.length + DISPLAY_LENGTH);
}
