import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfiguration } from "../configuration.ts";
import { projectFiles } from "./project.ts";

describe("the project that init writes", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windlass-project-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a configuration that is taken", () => {
    writeFileSync(join(folder, "windlass.toml"), projectFiles("p", "0.0.0").get("windlass.toml") ?? "");
    expect(loadConfiguration(folder, {}).values.core.dags_folder).toBe("dags");
    expect(readFileSync(join(folder, "windlass.toml"), "utf8")).toContain("config list");
  });
});
