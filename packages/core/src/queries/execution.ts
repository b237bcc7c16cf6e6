export { loadBundle as findBundle } from "../store/dag-versions.ts";
export { findContinuation, listRunning } from "../store/held-attempts.ts";
