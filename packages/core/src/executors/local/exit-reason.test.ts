import { describe, expect, it } from "vitest";
import { exitReason } from "./exit-reason.ts";

describe("why a process ended", () => {
  it("is its signal", () => {
    expect(exitReason({ code: null, signal: "SIGSEGV", stderr: "" })).toMatchObject({ kind: "signal", stack: null });
    expect(exitReason({ code: null, signal: "SIGKILL", stderr: "" })).toMatchObject({ kind: "signal", name: "Killed" });
  });

  it("is memory where the code or the last words say so", () => {
    expect(exitReason({ code: 137, signal: null, stderr: "" })).toMatchObject({ kind: "out-of-memory" });
    const words = "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory";
    expect(exitReason({ code: 134, signal: null, stderr: words })).toMatchObject({
      kind: "out-of-memory",
      stack: words,
    });
  });

  it("is its exit code otherwise", () => {
    const error = exitReason({ code: 3, signal: null, stderr: "the end" });
    expect(error).toMatchObject({ kind: "exit", stack: "the end" });
    expect(error.message).toContain("exit code 3");
  });
});
