import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ActionBench, actionBench, basic } from "../test-support/action-bench.ts";
import { verifyLogin } from "./verify-login.ts";

let bench: ActionBench;
beforeEach(async () => {
  bench = await actionBench({ security: { throttle_free_failures: 3 } });
});
afterEach(() => bench.drop());

const attempt = async (userName: string, password: string, address = "10.0.0.1"): Promise<string> => {
  const verdict = await verifyLogin(bench.context, userName, password, address);
  return "refusal" in verdict ? verdict.refusal.code : "taken";
};

describe("the throttle", () => {
  it("makes failures of one account from one address wait, with the seconds told, and never locks", async () => {
    for (let each = 0; each < 4; each += 1)
      expect(await attempt("user", `wrong${String(each)}`)).toBe("credentials.wrong");
    const verdict = await verifyLogin(bench.context, "user", "wrong", "10.0.0.1");
    expect(verdict).toMatchObject({
      refusal: { code: "credentials.throttled", status: { v1: 429 }, retryAfterSeconds: 2 },
    });
    expect(await attempt("user", "user")).toBe("credentials.throttled");
    await bench.test.database.execute("update login_throttle set blocked_until = now() - interval '1 second'");
    expect(await attempt("user", "user")).toBe("taken");
    expect(await attempt("user", "wrong")).toBe("credentials.wrong");
  });

  it("holds up nobody else: not the same account from elsewhere, not another account from there", async () => {
    for (let each = 0; each < 5; each += 1) await attempt("user", `wrong${String(each)}`);
    expect(await attempt("user", "user")).toBe("credentials.throttled");
    expect(await attempt("user", "user", "10.0.0.2")).toBe("taken");
    expect(await attempt("viewer", "viewer")).toBe("taken");
  });

  it("counts parallel guesses once each, on two servers", async () => {
    const other = bench.another();
    const guesses = Array.from({ length: 20 }, (_, index) =>
      verifyLogin(index % 2 === 0 ? bench.context : other, "user", `guess${String(index)}`, "10.0.0.9"),
    );
    const codes = (await Promise.all(guesses)).map((verdict) =>
      "refusal" in verdict ? verdict.refusal.code : "taken",
    );
    expect(codes.filter((code) => code === "credentials.wrong")).toHaveLength(4);
    expect(codes.filter((code) => code === "credentials.throttled")).toHaveLength(16);
  });

  it("counts an address as a whole later, but not against whoever logged in from there before", async () => {
    expect(await attempt("viewer", "viewer")).toBe("taken");
    for (let each = 0; each < 31; each += 1) await attempt(`guess${String(each)}`, "x");
    expect(await attempt("op", "op")).toBe("credentials.throttled");
    bench.context.basicCache.once("", () => Promise.resolve()).catch(() => undefined);
    const fresh = bench.another();
    expect("account" in (await verifyLogin(fresh, "viewer", "viewer", "10.0.0.1"))).toBe(true);
  });

  it("counts a whole /64 of IPv6 as one address", async () => {
    for (let each = 0; each < 4; each += 1) await attempt("user", `w${String(each)}`, `2001:db8:1:2::${String(each)}`);
    expect(await attempt("user", "w", "2001:db8:1:2:ffff::1")).toBe("credentials.throttled");
  });
});

describe("remembered log-ins", () => {
  it("cost one slow hash for many requests at once, and failures are never remembered", async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => attempt("user", "user")));
    expect(new Set(all)).toEqual(new Set(["taken"]));
    expect(await bench.test.database.query("select subject from login_throttle where subject like 'pair:%'")).toEqual(
      [],
    );
    expect(await attempt("user", "nope")).toBe("credentials.wrong");
    await bench.test.database.execute("update account set password_hash = 'x' where user_name = 'user'");
    bench.age(1000);
    expect(await attempt("user", "user")).toBe("taken");
    bench.age(60_000);
    expect(await attempt("user", "user")).toBe("credentials.wrong");
  });

  it("hash anew at log-in when the parameters were raised", async () => {
    const raised = bench.another({ security: { password_memory_kib: 16_384 } });
    const { authenticate } = await import("./authenticate.ts");
    await authenticate(raised, basic("user", "user"), {
      door: "v1",
      dialect: "v1",
      client: { address: null, userAgent: null },
    });
    const [row] = await bench.test.database.query<{ password_hash: string }>(
      "select password_hash from account where user_name = 'user'",
    );
    expect(row?.password_hash).toContain("m=16384,t=2,p=1");
  });
});
