import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RefusalError } from "@windlass/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "./configuration.ts";

describe("the configuration in force", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windlass-config-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const codes = (work: () => unknown): readonly string[] => {
    try {
      work();
      return [];
    } catch (error) {
      if (error instanceof RefusalError) return error.refusals.map((each) => each.code);
      throw error;
    }
  };

  it("is the defaults where nobody says anything", () => {
    const { values, file, entries } = loadConfiguration(folder, {});
    expect(file).toBeNull();
    expect(values.api.port).toBe(8080);
    expect(new Set(entries.map((each) => each.source))).toEqual(new Set(["default"]));
  });

  it("lays file, Airflow's environment, our environment and flags over each other, the later one winning", () => {
    writeFileSync(
      join(folder, "windlass.toml"),
      "[api]\nport = 1001\nhost = '10.0.0.1'\nmaximum_body_bytes = 2048\n[core]\nparallelism = 3\n",
    );
    const env = {
      AIRFLOW__API__PORT: "1002",
      AIRFLOW__CORE__PARALLELISM: "4",
      WINDLASS__API__PORT: "1003",
      WINDLASS__API__HOST: "10.0.0.2",
    };
    const { values, entries } = loadConfiguration(folder, env, new Map([["api.port", "1004"]]));
    expect([values.api.port, values.api.host, values.core.parallelism, values.api.maximum_body_bytes]).toEqual([
      1004,
      "10.0.0.2",
      4,
      2048,
    ]);
    expect(entries.find((each) => each.section === "core" && each.key === "parallelism")?.source).toContain(
      "AIRFLOW__",
    );
  });

  it("finds the file in a folder above, and relative paths start there", () => {
    writeFileSync(join(folder, "windlass.toml"), "");
    const below = join(folder, "a", "b");
    mkdirSync(below, { recursive: true });
    expect(loadConfiguration(below, {}).folder).toBe(folder);
  });

  it("understands Airflow's older names and DATABASE_URL", () => {
    const { values } = loadConfiguration(folder, {
      AIRFLOW__CORE__DAG_CONCURRENCY: "7",
      DATABASE_URL: "postgresql://h/d",
    });
    expect(values.core.max_active_tasks_per_dag).toBe(7);
    expect(values.database.sql_alchemy_conn).toBe("postgresql://h/d");
  });

  it("leaves Airflow's own options alone but refuses a misspelt name of ours with the nearest one", () => {
    expect(codes(() => loadConfiguration(folder, { AIRFLOW__CELERY__BROKER_URL: "x" }))).toEqual([]);
    expect(codes(() => loadConfiguration(folder, { WINDLASS__API__PROT: "1" }))).toEqual(["config.unknown_option"]);
  });

  it("refuses every value that does not fit, all at once", () => {
    writeFileSync(
      join(folder, "windlass.toml"),
      "[api]\nport = 'many'\nairflow_strict = 'perhaps'\n[core]\nparallelism = 0\n",
    );
    expect(codes(() => loadConfiguration(folder, {}))).toEqual([
      "config.value_invalid",
      "config.value_invalid",
      "config.value_invalid",
    ]);
  });

  it("refuses a file that is not TOML, naming it", () => {
    writeFileSync(join(folder, "windlass.toml"), "[api\n");
    expect(codes(() => loadConfiguration(folder, {}))).toEqual(["config.file_unreadable"]);
  });
});
