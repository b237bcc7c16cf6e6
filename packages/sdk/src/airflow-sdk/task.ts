import { getContext as getOwnContext } from "../authoring/context.ts";
import type { TaskContext as OwnContext } from "../authoring/context.ts";
import { clientOf } from "./client.ts";
import type { TaskClient } from "./client-types.ts";

/** What a handler can know about the attempt it is part of. */
export interface TaskContext {
  readonly dagId: string;
  /** With the ids of its groups before it. */
  readonly taskId: string;
  readonly runId: string;
  /** 1 for the first try. */
  readonly tryNumber: number;
  /** -1 where the task is not mapped. */
  readonly mapIndex: number;
  /** Fires when the attempt is cancelled or runs too long. */
  readonly signal: AbortSignal;
}

/** What a handler of a served registry is called with. */
export interface TaskHandlerArgs {
  readonly ctx: TaskContext;
  readonly client: TaskClient;
}

/** A task's function. What it returns is its XCom, unless it returns undefined. */
export type TaskHandler<TReturn = unknown> = (args: TaskHandlerArgs) => TReturn | Promise<TReturn>;

/** Our context in the shape that the package has. */
export function handlerArgs(context: OwnContext): TaskHandlerArgs {
  const { dagId, taskId, runId, tryNumber, mapIndex, signal } = context;
  return { ctx: { dagId, taskId, runId, tryNumber, mapIndex, signal }, client: clientOf(context) };
}

/** The context of the attempt that is running. @throws InvariantError outside of a handler */
export function getContext(): TaskContext {
  return handlerArgs(getOwnContext()).ctx;
}

/** The client of the attempt that is running. @throws InvariantError outside of a handler */
export function getClient(): TaskClient {
  return handlerArgs(getOwnContext()).client;
}
