import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ConnectionParts, startEmbedded } from "@windlass/core/database";
import { BenchClient } from "../client.ts";
import { memoryOf, processTree } from "../processes.ts";
import { freePort } from "../peers/server-process.ts";

const HERE = fileURLToPath(new URL("../../airflow", import.meta.url));
const PARTS = [["api-server"], ["scheduler"], ["dag-processor"], ["triggerer"]] as const;
const PATIENCE_MS = 240_000;

/** A running Airflow of its own: API server, scheduler, Dag processor, triggerer, PostgreSQL. */
export interface AirflowInstallation {
  readonly version: string;
  readonly client: BenchClient;
  /** Proportional set size of all of it, in MB. */
  idleMegabytes(): number;
  stop(): Promise<void>;
}

/** Makes the virtual environment where it is missing, with exactly the packages of `requirements.txt`. @throws what pip says */
function virtualEnvironment(folder: string, python: string): string {
  const bin = join(folder, "bin");
  if (!existsSync(join(bin, "airflow"))) {
    console.error(`installing Airflow into ${folder}; this takes some minutes`);
    execFileSync(python, ["-m", "venv", folder], { stdio: "inherit" });
    execFileSync(join(bin, "pip"), ["install", "--quiet", "--no-deps", "-r", join(HERE, "requirements.txt")], {
      stdio: "inherit",
    });
  }
  return bin;
}

function address({ host, user, password, database, port }: ConnectionParts, driver: string): string {
  return `postgresql+${driver}://${user}:${password ?? ""}@/${database}?host=${encodeURIComponent(host)}&port=${String(port)}`;
}

/** Installs and starts Airflow with the LocalExecutor of 16 on the PostgreSQL that Windlass embeds, with the same settings. */
export async function startAirflow(options: {
  readonly environmentFolder: string;
  readonly folder: string;
  readonly python: string;
}): Promise<AirflowInstallation> {
  const bin = virtualEnvironment(options.environmentFolder, options.python);
  const dataFolder = join(options.folder, "postgres");
  const server = await startEmbedded({ dataFolder, settings: { max_connections: "120" } });
  const [port, home] = [String(await freePort()), join(options.folder, "home")];
  mkdirSync(home, { recursive: true });
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH ?? ""}`,
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: join(HERE, "dags"),
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__CORE__EXECUTOR: "LocalExecutor",
    AIRFLOW__CORE__PARALLELISM: "16",
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "False",
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
    // A busy machine must make it slow, not fail it: the default is five seconds.
    AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT: "60",
    AIRFLOW__API__PORT: port,
    AIRFLOW__API__HOST: "127.0.0.1",
    AIRFLOW__API__BASE_URL: `http://127.0.0.1:${port}`,
    AIRFLOW__API_AUTH__JWT_SECRET: "a secret for the benchmark, sixty-four characters long or more, so be it",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: address(server.connection, "psycopg2"),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC: address(server.connection, "asyncpg"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const airflow = join(bin, "airflow");
  const children: ChildProcess[] = [];
  const end = (): void => {
    for (const child of children) child.kill("SIGTERM");
  };
  process.once("exit", end);
  const stop = async (): Promise<void> => {
    const ended = children.map(
      (child) =>
        new Promise<void>((resolve) => (child.exitCode === null ? child.once("exit", () => resolve()) : resolve())),
    );
    end();
    await Promise.race([Promise.all(ended), delay(30_000)]);
    for (const child of children) child.kill("SIGKILL");
    await server.stop();
    process.removeListener("exit", end);
  };
  try {
    execFileSync(airflow, ["db", "migrate"], { env, stdio: ["ignore", "ignore", "inherit"] });
    for (const part of PARTS) {
      const log = openSync(join(options.folder, `${part[0]}.log`), "w");
      children.push(spawn(airflow, part, { env, stdio: ["ignore", log, log] }));
      closeSync(log);
    }
    const url = `http://127.0.0.1:${port}`;
    const token = await firstToken(url);
    const client = new BenchClient(url, token, 16);
    await healthy(client);
    const { json } = await client.call("GET", "/api/v2/version");
    return {
      version: String(json.version),
      client,
      stop,
      idleMegabytes: () => {
        const pids = new Set(children.flatMap(({ pid }) => processTree(pid ?? 0, dataFolder).map((each) => each.pid)));
        return [...pids].reduce((sum, pid) => sum + (memoryOf(pid)?.pss ?? 0), 0);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstToken(url: string): Promise<string> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(`${url}/auth/token`).catch(() => undefined);
    if (answer?.ok === true) return ((await answer.json()) as { readonly access_token: string }).access_token;
    if (performance.now() > until) throw new Error(`no token after four minutes: ${String(answer?.status)}`);
    await delay(500);
  }
}

/** Until the scheduler beats and every Dag has been read. */
async function healthy(client: BenchClient): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { json } = await client.call("GET", "/api/v2/monitor/health");
    const scheduler = json.scheduler as { readonly status?: string } | undefined;
    const dags = await client.call("GET", "/api/v2/dags?paused=false");
    if (scheduler?.status === "healthy" && Number(dags.json.total_entries) >= 4) return;
    if (performance.now() > until) throw new Error(`not healthy after four minutes: ${JSON.stringify(json)}`);
    await delay(1_000);
  }
}
