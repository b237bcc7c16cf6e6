/**
 * Fixture Dags whose nature (branching, mapping, setup and teardown, assets, deferral, triggering another Dag) the engine cannot
 * express yet. They are here with their ids, tasks and edges so that lists of Dags show what the recordings show; every scenario
 * that runs one or reads its definition is out of scope. Each leaves this file when its feature comes.
 */
import { Dag } from "windlass";

const common = { startDate: "2026-01-01T00:00:00Z", catchup: false, isPausedUponCreation: false } as const;

export const branching = new Dag("branching", common);
const choose = branching.empty("choose");
const left = branching.empty("left").after(choose);
const right = branching.empty("right").after(choose);
branching.empty("join", { triggerRule: "none_failed_min_one_success" }).after(left, right);
branching.empty("strict").after(left, right);

export const shortCircuit = new Dag("short_circuit", common);
const gate = shortCircuit.empty("gate");
const middle = shortCircuit.empty("middle").after(gate);
shortCircuit.empty("last", { triggerRule: "all_done" }).after(middle);

export const mapped = new Dag("mapped", common);
const numbers = mapped.empty("numbers");
const double = mapped.empty("double").after(numbers);
mapped.empty("total").after(double);

export const setupTeardown = new Dag("setup_teardown", common);
const make = setupTeardown.empty("make");
const work = setupTeardown.empty("work").after(make);
setupTeardown.empty("drop").after(make, work);

export const producer = new Dag("producer", common);
producer.empty("write");

export const consumer = new Dag("consumer", common);
consumer.empty("read");

export const deferred = new Dag("deferred", common);
const wait = deferred.empty("wait");
deferred.empty("after").after(wait);

export const parent = new Dag("parent", common);
parent.empty("call_simple");
