import type { DialectManners } from "../dialect.ts";
import type { Operation } from "../operation.ts";
import { executionManners } from "./execution/manners.ts";
import { nativeManners } from "./native/manners.ts";
import { nativeOperations } from "./native/operations.ts";
import { openApiOperations } from "./openapi-operations.ts";
import { v1Manners } from "./v1/manners.ts";
import { v1Operations } from "./v1/operations.ts";
import { v2Manners } from "./v2/manners.ts";
import { v2Operations } from "./v2/operations.ts";

/** The manners of each dialect; the last answers paths that belong to none. */
export const ALL_MANNERS: readonly DialectManners[] = [v1Manners, v2Manners, executionManners, nativeManners];

/** Every operation of every dialect. */
export const ALL_OPERATIONS: readonly Operation[] = [
  ...v1Operations,
  ...v2Operations,
  ...nativeOperations,
  ...openApiOperations,
];
