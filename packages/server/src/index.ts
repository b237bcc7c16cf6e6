export { createServer, type ServerOptions, type WindlassServer } from "./app.ts";
export type { LiveEvent, LiveFeed } from "./live-feed.ts";
export type { LogPart, LogReader, LogSink } from "./log-reader.ts";
export { type Logger, silentLogger } from "./logger.ts";
