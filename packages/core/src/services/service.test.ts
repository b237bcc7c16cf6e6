import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configValues } from "@windlass/contract";
import { testDatabase, type TestDatabase } from "@windlass/core/test-support";
import { afterAll, beforeAll, describe } from "vitest";
import { serviceSuite } from "../../test-support/service-suite.ts";
import { MovableClock } from "../../test-support/test-engine.ts";
import { createEngine, type Engine } from "./create-engine.ts";

let test: TestDatabase;
let folder: string;

beforeAll(async () => {
  test = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "windlass-services-"));
});

afterAll(async () => {
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

function engine(): Engine {
  const fixture = (name: string): string => fileURLToPath(new URL(`../../test-support/${name}.ts`, import.meta.url));
  return createEngine({
    database: test.database,
    clock: new MovableClock(),
    random: { bytes: (count) => randomBytes(count) },
    bootId: randomUUID(),
    dagsFolder: join(folder, "dags"),
    logsFolder: join(folder, "logs"),
    bundleFolder: join(folder, "bundles"),
    runnerPath: fixture("runner-fixture"),
    parserPath: fixture("parser-fixture"),
    parallelism: 1,
    warmRunners: 0,
    secrets: { getConnection: async () => null, getVariable: async () => null },
    config: configValues(),
    log: { info: () => undefined, warning: () => undefined, error: () => undefined },
  });
}

for (const name of [
  "heartbeat",
  "scheduler",
  "triggerer",
  "rescuer",
  "cleaner",
  "dag-processor",
  "callbacks",
  "notifier",
  "deadlines",
]) {
  describe(`the service ${name}`, () => {
    serviceSuite(async () => {
      const service = engine().services.find((each) => each.name === name);
      if (!service) return Promise.reject(new TypeError(`no service is called ${name}`));
      return service;
    });
  });
}
