import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayIdOf, hashToken, hasRightChecksum, looksLikeApiKey, makeApiKeyToken } from "./api-key-token.ts";

const random = { bytes: (count: number) => randomBytes(count) };

describe("API key tokens", () => {
  it("carry a checksum that finds every single wrong character", () => {
    const token = makeApiKeyToken(random);
    expect(hasRightChecksum(token)).toBe(true);
    fc.assert(
      fc.property(fc.integer({ min: 11, max: 46 }), fc.constantFrom(..."0123456789abcdefXYZ"), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(hasRightChecksum(changed)).toBe(changed === token);
      }),
    );
  });

  it("use every character of the alphabet about equally often, and never repeat", () => {
    const tokens = Array.from({ length: 2000 }, () => makeApiKeyToken(random));
    expect(new Set(tokens).size).toBe(2000);
    const counts = new Map<string, number>();
    for (const token of tokens) for (const each of token.slice(11, 41)) counts.set(each, (counts.get(each) ?? 0) + 1);
    expect(counts.size).toBe(62);
    expect(Math.min(...counts.values())).toBeGreaterThan(700);
    expect(Math.max(...counts.values())).toBeLessThan(1250);
  });

  it("are recognised by their prefix, shown by eight characters, stored by their hash", () => {
    const token = makeApiKeyToken(random);
    expect(looksLikeApiKey(token)).toBe(true);
    expect(displayIdOf(token)).toBe(token.slice(11, 19));
    expect(hashToken(token)).toHaveLength(32);
    for (const odd of ["", "windlass_p_", token.slice(0, -1), `${token}0`, token.toUpperCase()])
      expect(hasRightChecksum(odd)).toBe(false);
  });
});
