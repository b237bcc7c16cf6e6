export type { Executor, ExecutorEvents, ExecutorStatus } from "./port.ts";
export { INTERRUPTED, lostOutcome } from "./port.ts";
export { LocalExecutor, type LocalExecutorOptions } from "./local/local-executor.ts";
export { childEnvironment } from "./local/runner-environment.ts";
export { LeaseKeeper } from "./local/lease-keeper.ts";
