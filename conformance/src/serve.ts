import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { removeDataFolder } from "@windlass/core/database";
import { loadConfiguration, logger, startAll, whenToldToEnd } from "windlass/up";
import { makeFixtures } from "./fixtures.ts";

/*
 * `npm run conformance:serve -- --port N [--strict]`: a fresh server in a temporary folder, with the fixture Dags and accounts. Prints
 * `ready <url>`, runs until SIGTERM or SIGINT, and leaves nothing behind.
 */

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, strict: { type: "boolean", default: false } },
});
const folder = mkdtempSync(join(tmpdir(), "windlass-conformance-"));
// An embedded server started by root runs as another account, which has to pass through.
chmodSync(folder, 0o711);

try {
  const running = await startAll({
    configuration: loadConfiguration(
      folder,
      {},
      new Map<string, unknown>([
        ["api.port", values.port],
        ["api.airflow_strict", values.strict],
        ["core.dags_folder", fileURLToPath(new URL("../dags", import.meta.url))],
        ["core.parallelism", 8],
        // Every account's password is its name, and wrong ones come between right ones.
        ["security.password_minimum_length", 1],
        ["security.password_refuse_common", false],
        ["security.throttle", false],
      ]),
    ),
    env: process.env,
    adminPassword: "admin",
    log: logger("error", (line) => process.stderr.write(`${line}\n`)),
    examples: false,
  });
  try {
    await makeFixtures(running);
    // However slow the machine is: the recordings know all Dags.
    await running.dagsRead;
    process.stdout.write(`ready ${running.url}\n`);
    await whenToldToEnd(running.failed);
  } finally {
    await running.stop();
  }
} finally {
  await removeDataFolder(join(folder, ".windlass", "postgres"));
  await removeDataFolder(folder);
}
