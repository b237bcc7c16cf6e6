import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "@windlass/contract";
import { isSensitiveName, MASK, maskPath, maskSecrets } from "./mask.ts";

describe("masking", () => {
  it("hides every value under a secret's name, however deep and whatever its type", () => {
    const name = fc.constantFrom(
      "password",
      "DB_PASSWORD",
      "api-key",
      "apiKey",
      "Authorization",
      "access_token",
      "private_key",
      "my_secret_thing",
    );
    const json = fc.jsonValue().filter((value) => value !== null && value !== "");
    fc.assert(
      fc.property(name, json, fc.nat(4), (secret, value, depth) => {
        let wrapped: JsonValue = { [secret]: value as JsonValue, harmless: 1 };
        for (let each = 0; each < depth; each += 1) wrapped = each % 2 === 0 ? [wrapped] : { inner: wrapped };
        expect(JSON.stringify(maskSecrets(wrapped))).toContain(`"${secret}":"${MASK}"`);
      }),
    );
  });

  it("leaves everything else as it was", () => {
    const harmless = { conf: { rows: [1, 2, null], name: "Ada" }, note: "", flag: false };
    expect(maskSecrets(harmless)).toEqual(harmless);
    expect(isSensitiveName("pass_through")).toBe(false);
    expect(isSensitiveName("customer_pin", ["pin"])).toBe(true);
  });

  it("hides secrets in a query, and keeps the rest of the path", () => {
    expect(maskPath("/api/v1/dags?limit=1&api_key=abc&token=x%20y&flag")).toBe(
      "/api/v1/dags?limit=1&api_key=***&token=***&flag",
    );
    expect(maskPath("/api/v1/dags")).toBe("/api/v1/dags");
  });
});
