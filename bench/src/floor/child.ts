import { fib } from "./fib.ts";

/* The pre-forked child of the plain loop: takes a number over IPC, answers with when it began and when it was done. */

process.on("message", (n: number) => {
  const began = performance.timeOrigin + performance.now();
  const value = fib(n);
  process.send?.({ value, began, ended: performance.timeOrigin + performance.now() });
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
