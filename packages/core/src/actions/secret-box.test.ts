import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSecretBox, type SecretPlace } from "./secret-box.ts";

const random = { bytes: (count: number) => randomBytes(count) };
const place: SecretPlace = { table: "connection", column: "password", row: "db" };
const box = createSecretBox(["one"], random);

describe("the secret box", () => {
  it("gives back any text that it sealed, and never the same bytes twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(box.open(box.seal(text, place), place)).toBe(text);
        expect(box.seal(text, place).equals(box.seal(text, place))).toBe(false);
      }),
    );
  });

  it("opens nothing that was changed, or that belongs elsewhere", () => {
    const sealed = box.seal("s3cret", place);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, place)).toThrow();
    }
    for (const other of [
      { ...place, row: "db2" },
      { ...place, column: "extra" },
      { ...place, table: "variable" as const },
    ])
      expect(() => box.open(sealed, other)).toThrow();
  });

  it("seals with the first key and opens with every one, so that keys can be rotated", () => {
    const sealed = box.seal("s3cret", place);
    expect(createSecretBox(["two", "one"], random).open(sealed, place)).toBe("s3cret");
    expect(() => createSecretBox(["two"], random).open(sealed, place)).toThrow(/no key opens/);
  });
});
