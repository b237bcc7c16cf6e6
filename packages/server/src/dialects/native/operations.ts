import type { Operation } from "../../operation.ts";
import { sessionOperations } from "./session.ts";

/** Every operation of Windlass's own API. */
export const nativeOperations: readonly Operation[] = [...sessionOperations];
