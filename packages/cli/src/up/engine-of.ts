import { randomBytes, randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { type ActionContext, resolveConnection, resolveVariable } from "@windlass/core/actions";
import { createEngine, type Engine } from "@windlass/core/services";
import { runtimePaths } from "@windlass/sdk/runtime";
import type { Installation } from "./installation.ts";

/**
 * The engine of this process.
 * @param actions what tasks make runs of other Dags with
 * @param alone whether no other engine uses the data folder: then what a dead one left there is over at once. An engine that is not alone reads no Dag
 * files either.
 */
export function engineOf(installation: Installation, actions: () => ActionContext, alone: boolean): Engine {
  const { config, configuration, database, env } = installation;
  return createEngine({
    database,
    clock: installation.clock,
    random: { bytes: (count: number) => randomBytes(count) },
    bootId: randomUUID(),
    ...(!alone && { instanceId: null, readsDags: false }),
    dagsFolder: installation.dagsFolder,
    logsFolder: installation.logsFolder,
    bundleFolder: installation.bundleFolder,
    runnerPath: runtimePaths.runner,
    parserPath: runtimePaths.parser,
    parallelism: config.core.parallelism,
    warmRunners: Math.min(config.core.parallelism, availableParallelism()),
    environment: env,
    secrets: {
      getConnection: async (id: string) => (await resolveConnection(actions(), database, id)) ?? null,
      getVariable: async (key: string) => (await resolveVariable(actions(), database, key)) ?? null,
    },
    actions,
    config,
    log: installation.log,
    xcomBackend: xcomBackendModule(config.core.xcom_backend, configuration.folder),
  });
}

/** The path of the author's own backend; Airflow's names of backends that are built in say nothing more than the other options do. */
function xcomBackendModule(named: string | null, folder: string): string | undefined {
  return named === null || named.startsWith("airflow.") ? undefined : resolve(folder, named);
}
