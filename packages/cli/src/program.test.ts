import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { buildProgram } from "./program.ts";
import { WINDLASS_VERSION } from "./version.ts";

async function run(...words: string[]): Promise<{ out: string; err: string; code: ExitCode }> {
  let [out, err] = ["", ""];
  let code: ExitCode = EXIT.ok;
  const io: Io = {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    env: { WINDLASS_URL: "http://127.0.0.1:1" },
    cwd: "/",
    isTerminal: false,
    exit: (given) => {
      code = given;
    },
  };
  try {
    await buildProgram(io).parseAsync(["node", "windlass", ...words]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
  }
  return { out, err, code };
}

describe("the command line", () => {
  it("has the version of its package", () => {
    expect(WINDLASS_VERSION).toBe(manifest.version);
  });

  it.each([
    "init",
    "up",
    "dags",
    "trigger",
    "runs",
    "logs",
    "check",
    "refusals",
    "users",
    "roles",
    "keys",
    "connections",
    "variables",
    "pools",
    "config",
    "db",
    "version",
  ])("explains %s", async (command) => {
    const { out, code } = await run(command, "--help");
    expect(out).toContain(`windlass ${command}`);
    expect(code).toBe(EXIT.ok);
  });

  it("answers a wrong command line with exit code 2 and a suggestion", async () => {
    const { err, code } = await run("trigegr", "hello");
    expect(err).toContain("trigger");
    expect(code).toBe(EXIT.usage);
  });

  it("tells a conf that is no JSON object before it asks any server", async () => {
    const { err, code } = await run("trigger", "hello", "--conf", "[1]");
    expect(err).toContain("JSON object");
    expect(code).toBe(EXIT.usage);
  });

  it("tells that no server answers, and what to do, with exit code 4", async () => {
    const { err, code } = await run("runs", "list");
    expect(err).toContain("windlass up");
    expect(code).toBe(EXIT.unreachable);
  });

  it("never shows a secret of the configuration", async () => {
    const { out } = await run("config", "list", "--json");
    const entries = JSON.parse(out) as { key: string; value: unknown }[];
    expect(entries.find((each) => each.key === "jwt_secret")?.value).toBeNull();
    expect(entries.length).toBeGreaterThan(30);
  });
});
