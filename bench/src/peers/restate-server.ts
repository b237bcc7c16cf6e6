import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type ServerProcess, startServer } from "./server-process.ts";

const PACKAGE = fileURLToPath(new URL("../../restate", import.meta.url));

/** The program, installed by npm if it is not there yet. @throws why it cannot be had */
function restateProgram(): string {
  const program = join(
    PACKAGE,
    `node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
  );
  if (existsSync(program)) return program;
  console.error("installing the server of Restate, 220 MB");
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], { cwd: PACKAGE, encoding: "utf8" });
  if (!existsSync(program)) throw new Error(`npm did not install it: ${npm.stderr.trim().split("\n")[0] ?? ""}`);
  return program;
}

/** A Restate server with its own folder and ports. @throws why it cannot be had */
export async function startRestate(
  folder: string,
): Promise<ServerProcess & { readonly ingress: string; readonly admin: string }> {
  const program = restateProgram();
  const [ingressPort, adminPort, nodePort] = [await freePort(), await freePort(), await freePort()];
  const ingress = `http://127.0.0.1:${String(ingressPort)}`;
  const admin = `http://127.0.0.1:${String(adminPort)}`;
  const env = {
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${String(ingressPort)}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${String(adminPort)}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${String(nodePort)}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${String(nodePort)}`,
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LOG_FILTER: "error",
  };
  const ready = async (): Promise<boolean> => {
    const healthy = await Promise.all(
      [`${ingress}/restate/health`, `${admin}/health`].map((url) =>
        fetch(url).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    return healthy.every(Boolean);
  };
  const server = await startServer(program, ["--node-name", "bench", "--base-dir", folder], env, ready);
  return { ...server, ingress, admin };
}
