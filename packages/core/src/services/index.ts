export { createEngine, type Engine, type EngineLog, type EngineOptions, type EnginePaces } from "./create-engine.ts";
export type { SecretSource } from "../actions/attempts/answer-attempt.ts";
export { remoteSignals } from "./remote-signals.ts";
export type { EngineStatus } from "./status.ts";
export { migrationsFolder } from "../store/migrations-folder.ts";
