import { defineConfig } from "vitest/config";
import { partsEnvironment } from "./scripts/setup/parts.mjs";

/**
 * The heavy suites, by the ending of the file's name. Each takes the machine for itself (a browser, a packed package, killed processes, a
 * whole server), so `npm test` runs them one after the other and one file at a time, after everything else; only chaos runs beside another one.
 */
const heavy = {
  packed: "**/*.packed.test.ts",
  story: "**/*.story.test.ts",
  drill: "**/*.drill.test.ts",
  replay: "**/*.replay.test.ts",
  chaos: "**/*.chaos.test.ts",
} as const;

const never = ["**/node_modules/**", "**/dist/**", "**/.windlass/**"];

const shared = {
  environment: "node",
  pool: "forks",
  // WINDLASS_CHROMIUM, WINDLASS_SYSTEM_POSTGRES and the like, where the machine has them: tests that need one skip themselves without it.
  env: partsEnvironment(),
  // One quick PostgreSQL for each run, started by the first test that asks and stopped at the end.
  globalSetup: "packages/core/test-support/global-setup.ts",
  testTimeout: 30_000,
  hookTimeout: 60_000,
} as const;

const heavyProjects = Object.entries(heavy).map(([name, pattern]) => ({
  extends: true as const,
  test: { ...shared, name, include: [pattern], exclude: never, testTimeout: 180_000, hookTimeout: 180_000 },
}));

export default defineConfig({
  test: {
    // Two, because many tests start real PostgreSQL servers and child processes of their own.
    maxWorkers: 2,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "packages/*/test-support/**/*.test.ts",
            "conformance/**/*.test.ts",
            "bench/**/*.test.ts",
            "chaos/**/*.test.ts",
            "examples/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: [...never, "packages/ui/**", ...Object.values(heavy)],
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: "ui",
          environment: "happy-dom",
          globalSetup: [],
          include: ["packages/ui/src/**/*.test.{ts,tsx}", "packages/ui/test/**/*.test.{ts,tsx}"],
          exclude: [...never, ...Object.values(heavy)],
        },
      },
      ...heavyProjects,
    ],
  },
});
