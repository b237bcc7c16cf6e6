import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Parts of the machine that some tests need and npm cannot install. Each is looked for once; `variable` is the environment variable that
 * tests read (set by vitest.config.ts) and that overrides the search.
 */
const parts = [
  {
    name: "Chromium",
    variable: "WINDLASS_CHROMIUM",
    candidates: () => ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
    mend: "install Debian's package chromium, or set WINDLASS_CHROMIUM to the program",
    // Which skipped tests are skipped for want of it.
    covers: (file, title) => file.endsWith(".story.test.ts") || /chromium|browser/i.test(title),
  },
  {
    name: "PostgreSQL server of the system",
    variable: "WINDLASS_SYSTEM_POSTGRES",
    candidates: () => postgresFolders().map((folder) => join(folder, "postgres")),
    mend: "install Debian's package postgresql, or set WINDLASS_SYSTEM_POSTGRES to its program postgres",
    covers: (_file, title) => /PostgreSQL 15|system('s)? PostgreSQL|Debian/i.test(title),
  },
  {
    name: "SPIN",
    variable: "WINDLASS_SPIN",
    candidates: () => (compilers().some(isProgram) ? ["/usr/bin/spin", "/usr/local/bin/spin"] : []),
    mend: "install Debian's packages spin and gcc, or set WINDLASS_SPIN to the program",
    covers: (_file, title) => /SPIN/.test(title),
  },
  {
    name: "MariaDB server",
    variable: "WINDLASS_MARIADB",
    candidates: () => ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd", "/usr/local/sbin/mariadbd"],
    mend: "install Debian's package mariadb-server, or set WINDLASS_MARIADB to its program mariadbd",
    covers: (_file, title) => /MariaDB/.test(title),
  },
  {
    name: "Python 3 with venv",
    variable: "WINDLASS_PYTHON",
    candidates: () => ["/usr/bin/python3", "/usr/local/bin/python3"],
    mend: "install Debian's package python3-venv, or set WINDLASS_PYTHON to the interpreter",
    covers: (_file, title) => /Python 3/.test(title),
  },
  {
    name: "libfaketime",
    variable: "WINDLASS_FAKETIME",
    candidates: () => libraryFolders().map((folder) => join(folder, "faketime/libfaketime.so.1")),
    mend: "install Debian's package libfaketime, or set WINDLASS_FAKETIME to the library libfaketime.so.1",
    // Chaos leaves out its faults of clocks without it, and says so.
    covers: () => false,
    isLibrary: true,
  },
];

/** Every part with the path of its program, or undefined if it is absent. */
export function findParts() {
  return parts.map(({ candidates, ...part }) => {
    const set = process.env[part.variable];
    return { ...part, path: (set === undefined ? candidates() : [set]).find(part.isLibrary ? isReadable : isProgram) };
  });
}

/** The environment in which tests find the parts; an absent one is empty, also where a variable names what is not there. */
export function partsEnvironment() {
  return Object.fromEntries(findParts().map(({ variable, path }) => [variable, path ?? ""]));
}

// SPIN writes a C program and has it compiled.
function compilers() {
  return ["/usr/bin/gcc", "/usr/bin/cc", "/usr/local/bin/gcc"];
}

function postgresFolders() {
  try {
    // Highest version first.
    return readdirSync("/usr/lib/postgresql")
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join("/usr/lib/postgresql", version, "bin"));
  } catch {
    return [];
  }
}

// Debian keeps those of each architecture apart.
function libraryFolders() {
  return ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"];
}

function isProgram(path) {
  return isAccessible(path, constants.X_OK);
}

function isReadable(path) {
  return isAccessible(path, constants.R_OK);
}

function isAccessible(path, how) {
  try {
    accessSync(path, how);
    return true;
  } catch {
    return false;
  }
}
