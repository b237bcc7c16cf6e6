import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readlink, rename, rm, symlink } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { TaskContext } from "../context.ts";
import { checkEnd, commandEnvironment, runCommand } from "./run-command.ts";

/** Nobody else's folder: what is installed there is run. */
function cacheFolder(env: Readonly<Record<string, string>>): string {
  const home = env.HOME ?? homedir();
  return home === "" || home === "/"
    ? join(tmpdir(), `windlass-python-${String(userInfo().uid)}`)
    : join(home, ".cache/windlass/python");
}

/**
 * The interpreter of an environment in which the requirements are installed. It is made once for each list and interpreter, in a folder of its own that
 * is named only when it is whole: two tasks that make the same one at the same time do not meet.
 */
export async function pythonEnvironment(
  python: string,
  requirements: readonly string[],
  context: TaskContext,
): Promise<string> {
  const folder = cacheFolder(context.env);
  const key = createHash("sha256")
    .update(JSON.stringify([python, requirements]))
    .digest("hex")
    .slice(0, 32);
  const name = join(folder, key);
  const there = await readlink(name).catch(() => undefined);
  if (there !== undefined) return join(there, "bin/python");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await mkdtemp(join(folder, `${key}-`));
  try {
    const env = commandEnvironment(context, {});
    checkEnd(await runCommand({ argv: [python, "-m", "venv", place], env }, context), null);
    const pip = [join(place, "bin/python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"];
    checkEnd(await runCommand({ argv: [...pip, "--", ...requirements], env }, context), null);
    const link = `${place}.link`;
    await symlink(place, link);
    await rename(link, name);
    return join(place, "bin/python");
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}
