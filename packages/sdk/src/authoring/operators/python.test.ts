import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { processState, temporaryFolder, until } from "../../../test-support/child.ts";
import "../../testing/index.ts";
import { Dag } from "../dag.ts";

const DOUBLES = `
import json, os, sys
numbers = json.load(sys.stdin)
print("doubling for", sys.argv[1], os.environ["WHO"])
json.dump([n * 2 for n in numbers], open(os.environ["WINDLASS_RESULT"], "w"))
`;

/** A package as pip installs it, without any index. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    info = "windlass_own-1.dist-info/"
    wheel.writestr("own.py", "ANSWER = 42")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: windlass-own\\nVersion: 1\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "own.py,,\\n" + info + "METADATA,,\\n" + info + "WHEEL,,\\n" + info + "RECORD,,\\n")
`;

const program = process.env["WINDLASS_PYTHON"] ?? "";

describe.skipIf(program === "")("the python operator (needs Python 3, WINDLASS_PYTHON)", () => {
  it("hands values over as JSON, arguments and environment, and gives the JSON that the script writes", async () => {
    const dag = new Dag("py", { requires: { env: ["REGION"] } });
    const numbers = dag.task("numbers", () => [1, 2, 3])();
    dag.python<number[]>("double", {
      python: program,
      code: DOUBLES,
      input: numbers,
      args: [({ runId }) => `${runId}; rm -rf /`],
      env: { WHO: "Ada" },
    });
    const { state, xcoms, logs } = await dag.test({ runId: "r1", env: { REGION: "eu" } });
    expect(state).toBe("success");
    expect(xcoms.double).toEqual({ return_value: [2, 4, 6] });
    expect(logs.map((each) => each.message)).toContain("doubling for r1; rm -rf / Ada");
  });

  it("runs a script file, fails by its exit code and skips by 99", async () => {
    const folder = temporaryFolder({ "fail.py": "raise SystemExit(3)", "skip.py": "raise SystemExit(99)" });
    try {
      const dag = new Dag("codes");
      dag.python("fails", { python: program, script: "fail.py", cwd: folder.path });
      dag.python("skips", { python: program, script: join(folder.path, "skip.py") });
      dag.python("quiet", { python: program, code: "pass" });
      dag.python("odd", { python: program, code: 'import os; open(os.environ["WINDLASS_RESULT"], "w").write("{")' });
      const { taskInstances } = await dag.test();
      expect(taskInstances.map((each) => [each.taskId, each.state, each.xcom])).toEqual([
        ["fails", "failed", undefined],
        ["skips", "skipped", undefined],
        ["quiet", "success", undefined],
        ["odd", "failed", undefined],
      ]);
      expect(taskInstances[3]?.error?.message).toBe("What the script wrote into WINDLASS_RESULT is no JSON.");
    } finally {
      folder.remove();
    }
  });

  it("installs what a script requires once, into an environment of its own", async () => {
    const home = mkdtempSync(join(tmpdir(), "windlass-python-home-"));
    const folder = temporaryFolder();
    const wheel = join(folder.path, "windlass_own-1-py3-none-any.whl");
    execFileSync(program, ["-c", MAKE_WHEEL, wheel]);
    try {
      const code =
        'import json, os, sys, own\njson.dump([own.ANSWER, sys.prefix], open(os.environ["WINDLASS_RESULT"], "w"))';
      const dag = new Dag("venv");
      const requirements = [wheel];
      dag.python("first", { python: program, code, requirements });
      dag.python("second", { python: program, code, requirements });
      const { state, xcoms } = await dag.test({
        env: { HOME: home, PATH: process.env.PATH ?? "", PIP_NO_INDEX: "1" },
      });
      expect(state).toBe("success");
      const [first, second] = [xcoms.first?.return_value, xcoms.second?.return_value] as [number, string][];
      expect(first?.[0]).toBe(42);
      expect(second).toEqual(first);
      expect(first?.[1]).toContain(home);
    } finally {
      rmSync(home, { recursive: true });
      folder.remove();
    }
  }, 120_000);

  it("ends the script where its time is up", async () => {
    const folder = temporaryFolder();
    const note = join(folder.path, "pid");
    const dag = new Dag("slow");
    dag.python("sleeps", {
      python: program,
      code: "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)",
      args: [note],
      executionTimeout: "1s",
    });
    const { taskInstances } = await dag.test();
    expect(taskInstances[0]?.error?.kind).toBe("timeout");
    await until(() => processState(Number(readFileSync(note, "utf8"))) === "gone");
    folder.remove();
  });

  it("is refused at load without a program, or with two", async () => {
    const dag = new Dag("wrong");
    dag.python("none", {} as never);
    dag.python("both", { code: "pass", script: "x.py" } as never);
    const problem = (await dag.test().catch((thrown: unknown) => thrown)) as { refusals: { code: string }[] };
    expect(problem.refusals.map((each) => each.code)).toEqual(["dag_file.bad_option", "dag_file.bad_option"]);
  });
});

describe("the bash sensor", () => {
  it("asks until the command ends well, and fails by an exit code that is not the one that means not yet", async () => {
    const folder = temporaryFolder();
    try {
      const dag = new Dag("bash_sensor");
      const script = 'echo x >> "$FILE"; [ "$(wc -l < "$FILE")" -ge 3 ]';
      dag.bashSensor("asks", { script, env: { FILE: join(folder.path, "count") } });
      dag.bashSensor("fails", { script: "exit 4", retryExitCode: 3 });
      const { taskInstances } = await dag.test();
      expect(taskInstances.map((each) => each.state)).toEqual(["success", "failed"]);
    } finally {
      folder.remove();
    }
  });
});
