import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Api } from "./api.ts";
import { KeptPostgres } from "./kept-postgres.ts";
import { KeptProcess, type OddEnd, type Role } from "./kept-process.ts";
import { SettableClock } from "./settable-clock.ts";
import { SmallDisk } from "./small-disk.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const DAGS = fileURLToPath(new URL("../dags", import.meta.url));
const [API_SERVERS, SCHEDULERS, WORKERS] = [2, 3, 4];
/** Seconds. */
export const LEASE = 6;
/** What the engine adds to a lease before it takes an attempt for lost, in seconds. */
export const LEASE_MARGIN = 10;

/** A whole installation of several processes, on loopback alone. */
export interface Fleet {
  readonly postgres: KeptPostgres;
  readonly processes: readonly KeptProcess[];
  /** By what is at their near end. */
  readonly proxies: { readonly workers: readonly TcpProxy[]; readonly databases: readonly TcpProxy[] };
  /** What of it lies on a disk of its own; none where this account may not mount. */
  readonly disks: { readonly logs: readonly SmallDisk[]; readonly database: readonly SmallDisk[] };
  readonly api: Api;
  readonly ledgerFile: string;
  /** A copy, for files to come and go in it. */
  readonly dagsFolder: string;
  /** Of all attempts. */
  readonly logsFolder: string;
  /** What this machine lacks for some of the faults, as sentences. */
  readonly lacks: readonly string[];
  readonly oddEnds: readonly OddEnd[];
  of(role: Role): readonly KeptProcess[];
  /** Everything is as it should be again: thawed, healed, started. */
  heal(): void;
  /** Lets go of its disks. @param keeps whether what is on them stays in its folder */
  unmount(keeps: boolean): void;
  /** Ends all of it in good order. @returns those that did not end so */
  stop(): Promise<readonly string[]>;
}

/**
 * Starts everything in a folder of its own. Where a part does not start, what was started is ended.
 * @param faketime the path of libfaketime.so.1; empty: clocks cannot be set
 */
export async function startFleet(folder: string, faketime: string): Promise<Fleet> {
  const [data, logFolder] = [join(folder, "data"), join(folder, "process-logs")];
  mkdirSync(data, { mode: 0o711 });
  mkdirSync(logFolder);
  const ledgerFile = join(folder, "ledger.jsonl");
  const oddEnds: OddEnd[] = [];
  const processes: KeptProcess[] = [];
  const dagsFolder = join(folder, "dags");
  cpSync(DAGS, dagsFolder, { recursive: true });
  writeFileSync(join(dagsFolder, "start.ts"), `export const START = ${JSON.stringify(new Date().toISOString())};\n`);
  const clocks = join(folder, "clocks");
  mkdirSync(clocks);
  const logsFolder = join(data, "logs");
  const mounted = (path: string): readonly SmallDisk[] => [SmallDisk.mount(path) ?? []].flat();
  const workerFolders = Array.from({ length: WORKERS }, (_, index) => join(folder, `worker-${String(index + 1)}`));
  const disks = {
    logs: [...mounted(logsFolder), ...workerFolders.flatMap(mounted)],
    database: mounted(join(data, "postgres")),
  };
  const everyDisk = [...disks.logs, ...disks.database];
  const lacks = [
    ...(faketime === "" ? ["libfaketime is absent: no clock was set"] : []),
    ...(everyDisk.length === 0 ? ["this account may not mount, or memory is short: no disk was full"] : []),
  ];
  const workerProxies: TcpProxy[] = [];
  const databaseProxies: TcpProxy[] = [];
  const unmount = (keeps: boolean): void => {
    for (const each of everyDisk) each.unmount(keeps);
  };
  const postgres = await KeptPostgres.start(join(data, "postgres")).catch((error: unknown) => {
    unmount(false);
    throw error;
  });
  // The last resort, where this program ends without having stopped them.
  process.once("exit", () => {
    for (const each of processes) each.kill();
    postgres.end();
    unmount(false);
  });

  const heal = (): void => {
    for (const each of [...workerProxies, ...databaseProxies]) each.heal();
    for (const each of everyDisk) each.empty();
    for (const each of processes) {
      each.thaw();
      each.setClock(0);
    }
  };
  const stop = async (): Promise<readonly string[]> => {
    heal();
    const badly: string[] = [];
    // Workers first: they give back what they hold.
    for (const role of ["worker", "scheduler", "dag-processor", "api-server"] as const) {
      const parts = processes.filter((each) => each.role === role);
      const ends = await Promise.all(parts.map((each) => each.stop()));
      ends.forEach((end, index) => {
        if (end && end.code !== 0)
          badly.push(`${parts[index]?.name ?? ""} ended with ${String(end.code ?? end.signal)} at SIGTERM`);
      });
    }
    await Promise.all([...workerProxies, ...databaseProxies].map((each) => each.close()));
    await postgres.stop();
    return badly;
  };

  try {
    const shared = {
      WINDLASS_ADMIN_PASSWORD: "a password for chaos",
      WINDLASS_DAG_LEDGER: ledgerFile,
      WINDLASS__DATABASE__DATA_FOLDER: data,
      WINDLASS__DATABASE__SQL_ALCHEMY_POOL_SIZE: "6",
      WINDLASS__CORE__PARALLELISM: "6",
      WINDLASS__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: String(LEASE),
      WINDLASS__LOCAL_EXECUTOR__QUEUES: "default",
      WINDLASS__CALLBACKS__TRIES: "20",
      WINDLASS__CALLBACKS__RETRY_DELAY: "1",
      WINDLASS__LOGGING__LOGGING_LEVEL: "INFO",
    };
    const add = (role: Role, index: number, words: readonly string[], env: Readonly<Record<string, string>>): void => {
      const name = `${role}-${String(index)}`;
      const onOddEnd = (end: OddEnd): void => void oddEnds.push(end);
      const clock = faketime === "" ? undefined : new SettableClock(faketime, join(clocks, name));
      processes.push(
        new KeptProcess({
          name,
          role,
          words: [role, ...words],
          env: { ...shared, ...env },
          logFolder,
          onOddEnd,
          clock,
        }),
      );
    };
    const ofRole = (role: Role): readonly KeptProcess[] => processes.filter((each) => each.role === role);
    const start = (role: Role): Promise<unknown> => Promise.all(ofRole(role).map((each) => each.start()));
    const database = async (): Promise<Record<string, string>> => {
      const proxy = await TcpProxy.open(() => [
        { path: join(postgres.connection.host, `.s.PGSQL.${String(postgres.connection.port)}`) },
      ]);
      databaseProxies.push(proxy);
      const { user, password, database: name } = postgres.connection;
      const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      return { DATABASE_URL: `postgresql://${who}@127.0.0.1:${String(proxy.port)}/${name}` };
    };

    const ports = await Promise.all(Array.from({ length: API_SERVERS }, freePort));
    for (const [index, port] of ports.entries())
      add("api-server", index + 1, ["--port", String(port)], await database());
    for (let index = 1; index <= SCHEDULERS; index += 1) add("scheduler", index, [], await database());
    add("dag-processor", 1, ["--dags", dagsFolder], { DATABASE_URL: postgres.url });
    await Promise.all([start("api-server"), start("scheduler"), start("dag-processor")]);

    const urls = ports.map((port) => `http://127.0.0.1:${String(port)}`);
    const first = new Api(urls, readFileSync(join(data, "cli.key"), "utf8").trim());
    // The CLI's own key is made anew at each start of an API server.
    const api = new Api(urls, await makeKey(first, "chaos", null));
    const workerKey = await makeKey(first, "workers", ["can_create on Workers"]);
    for (const [at, workerFolder] of workerFolders.entries()) {
      const index = at + 1;
      const proxy = await TcpProxy.open(() => ports.map((port) => ({ host: "127.0.0.1", port })));
      workerProxies.push(proxy);
      const queues = index % 2 === 0 ? "far,default" : "far";
      const words = ["--server", `http://127.0.0.1:${String(proxy.port)}`, "--queues", queues, "--parallelism", "4"];
      add("worker", index, [...words, "--data", workerFolder, "--grace", "5"], {
        WINDLASS_API_KEY: workerKey,
      });
    }
    await start("worker");
    await until(async () => {
      const answer = await api.call("GET", "/api/v2/dags");
      return answer?.json.total_entries === DAG_COUNT;
    });
    return {
      ...{ postgres, processes, api, ledgerFile, dagsFolder, logsFolder, disks, lacks, oddEnds, heal, of: ofRole },
      ...{ stop, unmount },
      proxies: { workers: workerProxies, databases: databaseProxies },
    };
  } catch (error) {
    await stop();
    unmount(false);
    throw error;
  }
}

const DAG_COUNT = 14;
const START_MS = 60_000;

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + START_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("the Dags were not read in time");
    await delay(100);
  }
}

async function makeKey(api: Api, name: string, scopes: readonly string[] | null): Promise<string> {
  const answer = await api.call("POST", "/api/windlass/v1/api-keys", { name, expires_in_days: 2, scopes });
  const token = answer?.json.token;
  if (typeof token !== "string") throw new Error(`no key for ${name}: ${JSON.stringify(answer)}`);
  return token;
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}
