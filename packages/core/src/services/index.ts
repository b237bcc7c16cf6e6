export { createEngine, type Engine, type EngineLog, type EngineOptions, type EnginePaces } from "./create-engine.ts";
export type { SecretSource } from "./attempt-requests.ts";
export { remoteSignals } from "./remote-signals.ts";
export type { EngineStatus } from "./status.ts";
export { migrationsFolder } from "../store/migrations-folder.ts";
