export type { ConnectionParts, Database, Sql } from "./sql.ts";
export type { DatabaseErrorDetail } from "./database-error.ts";
export { DatabaseError, isUnavailable, isUniqueViolation } from "./database-error.ts";
export type { DatabaseOptions } from "./connection.ts";
export { openDatabase } from "./connection.ts";
export { connectionUrl, withDatabase } from "./connection-url.ts";
export { instantFromPg } from "./type-parsers.ts";
export type { EmbeddedOptions, EmbeddedServer } from "./embedded/start-embedded.ts";
export { startEmbedded } from "./embedded/start-embedded.ts";
