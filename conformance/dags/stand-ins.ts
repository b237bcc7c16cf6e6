/**
 * Fixture Dags whose nature (triggering another Dag) the engine cannot express yet. They are here with their ids and tasks so that lists of
 * Dags show what the recordings show; every scenario that runs one or reads its definition is out of scope. Each leaves this file when its feature
 * comes.
 */
import { Dag } from "windlass";

const common = { startDate: "2026-01-01T00:00:00Z", catchup: false, isPausedUponCreation: false } as const;

export const parent = new Dag("parent", common);
parent.empty("call_simple");
