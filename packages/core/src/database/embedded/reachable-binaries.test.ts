import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { binariesIn } from "./binaries.ts";
import { reachableBinaries } from "./reachable-binaries.ts";

const NOBODY = { uid: 65534, gid: 65534 };
const asRoot = process.geteuid?.() === 0;
let place: string;
let installed: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "windlass-binaries-"));
  await chmod(place, 0o755);
  installed = join(place, "project", "native");
  for (const folder of ["bin", "lib", "share/postgresql"]) await mkdir(join(installed, folder), { recursive: true });
  await writeFile(join(installed, "bin", "initdb"), "#!initdb", { mode: 0o700 });
  await writeFile(join(installed, "bin", "postgres"), "#!postgres", { mode: 0o700 });
  await writeFile(join(installed, "lib", "libpq.so.5.18"), "library");
  await writeFile(join(installed, "lib", "libpq.a"), "static");
  await symlink("libpq.so.5.18", join(installed, "lib", "libpq.so.5"));
});
afterEach(() => rm(place, { recursive: true }));

describe.skipIf(!asRoot)("binaries for another account (needs root)", () => {
  it("are copied, whole and readable, where it cannot reach the installed ones", async () => {
    await chmod(join(place, "project"), 0o700);
    const homes = [join(place, "no", "such", "home"), join(place, "home")];
    const reached = await reachableBinaries(binariesIn(installed, "18.4.0"), NOBODY, homes);
    expect(reached.folder).toBe(join(place, "home", "postgresql-18.4.0"));
    expect((await stat(reached.postgres)).mode & 0o777).toBe(0o755);
    expect(await readFile(join(reached.folder, "lib", "libpq.so.5"), "utf8")).toBe("library");
    await expect(stat(join(reached.folder, "lib", "libpq.a"))).rejects.toThrow("ENOENT");
    // The second time the copy is taken as it is.
    await writeFile(reached.initdb, "the first copy");
    await reachableBinaries(binariesIn(installed, "18.4.0"), NOBODY, homes);
    expect(await readFile(reached.initdb, "utf8")).toBe("the first copy");
  });

  it("are never taken from a folder that somebody else could have filled", async () => {
    await chmod(join(place, "project"), 0o700);
    const foreign = join(place, "foreign");
    await mkdir(foreign);
    await chmod(foreign, 0o777);
    await chown(foreign, NOBODY.uid, NOBODY.gid);
    const reached = await reachableBinaries(binariesIn(installed, "18.4.0"), NOBODY, [foreign, join(place, "home")]);
    expect(reached.folder).toBe(join(place, "home", "postgresql-18.4.0"));
  });

  it("are used where they are if the account can reach them", async () => {
    for (const program of ["initdb", "postgres"]) await chmod(join(installed, "bin", program), 0o755);
    const reached = await reachableBinaries(binariesIn(installed, "18.4.0"), NOBODY, [join(place, "home")]);
    expect(reached.folder).toBe(installed);
  });
});

describe("binaries for the own account", () => {
  it("are used where they are", async () => {
    expect((await reachableBinaries(binariesIn(installed, "18.4.0"), undefined)).folder).toBe(installed);
  });
});
