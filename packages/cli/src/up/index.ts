export { type Configuration, loadConfiguration } from "../configuration.ts";
export { ADMIN } from "./first-admin.ts";
export { logger } from "./logger.ts";
export { type Running, startAll, type StartOptions } from "./start-all.ts";
export { whenToldToEnd } from "./when-told-to-end.ts";
