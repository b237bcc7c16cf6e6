export { createEngine, type Engine, type EngineLog, type EngineOptions, type EnginePaces } from "./create-engine.ts";
export { createDagReading, type DagReading, type DagReadingOptions } from "./create-dag-reading.ts";
export { followChanges, type FollowedChanges } from "./follow-changes.ts";
export { serviceBeats, endServiceBeats } from "./service-beats.ts";
export { type TimetableAsker, timetableAsker } from "./dag-processor/timetable-asker.ts";
export type { SecretSource } from "../actions/attempts/answer-attempt.ts";
export { remoteSignals } from "./remote-signals.ts";
export type { EngineStatus } from "./status.ts";
