export { listWorkers, type WorkerRow } from "../store/workers.ts";
