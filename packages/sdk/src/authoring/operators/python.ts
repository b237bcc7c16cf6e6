import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { FailWithoutRetry } from "../outcomes.ts";
import type { TaskOptions } from "../task-options.ts";
import { checkCommandOptions, type CommandOptions } from "./bash.ts";
import type { Operator } from "./operator.ts";
import { pythonEnvironment } from "./python-environment.ts";
import { asText, checkEnd, commandEnvironment, runCommand } from "./run-command.ts";
import { type OperatorValue, resolveValue, resolveValues, shown, wiredPart, wiredValue } from "./values.ts";

type Source =
  | {
      /** Path of a script on the machine of the worker, relative to `cwd`. */
      readonly script: string;
      readonly code?: never;
    }
  | {
      /** The program's text, such as that of a file beside the Dag: `import clean from "./clean.py"` makes it part of the Dag's version. */
      readonly code: string;
      readonly script?: never;
    };

/** Options of `dag.python`. */
export type PythonOptions<P = Record<string, unknown>> = Omit<TaskOptions, "env"> &
  CommandOptions<P> & {
    /** Arguments of the script; each stays one argument, whatever it contains. */
    readonly args?: readonly OperatorValue<string | number, P>[];
    /** Given to the script as JSON on its standard input: `json.load(sys.stdin)`. @default null */
    readonly input?: OperatorValue<JsonValue, P>;
    /** The interpreter. @default "python3" */
    readonly python?: string;
    /** What pip installs before, into an environment that all tasks with the same list share. @default nothing */
    readonly requirements?: readonly string[];
    /** An exit code that means "skipped". @default 99; null: none */
    readonly skipOnExitCode?: number | null;
  } & Source;

/** Longer results do not fit into a text of JavaScript. */
const MAX_RESULT_BYTES = 256 * 1_048_576;

async function readResult(path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === "ENOENT") return undefined;
    throw problem;
  });
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (bytes.length > MAX_RESULT_BYTES)
    throw new FailWithoutRetry(
      `The script's result has ${String(bytes.length)} bytes. Keep the data elsewhere and return where it is.`,
    );
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new FailWithoutRetry("What the script wrote into WINDLASS_RESULT is no JSON.", { cause: error });
  }
}

/**
 * The python operator: runs a script in a process of its own. Its values come as JSON on standard input, as arguments and by the environment; its
 * result is the JSON that it writes into the file named by `WINDLASS_RESULT`.
 */
export function pythonOperator<P>(options: PythonOptions<P>): Operator {
  const env = options.env ?? {};
  const args: Readonly<Record<string, unknown>> = { ...(options.args ?? []) };
  const { input = null, python = "python3", requirements = [] } = options;

  async function run(
    folder: string,
    inputs: Readonly<Record<string, unknown>>,
    context: TaskContext,
  ): Promise<unknown> {
    const result = join(folder, "result.json");
    const environment = {
      ...commandEnvironment(context, resolveValues(env, inputs.env as Record<string, unknown>, context)),
      WINDLASS_RESULT: result,
      PYTHONUNBUFFERED: "1",
    };
    const program = requirements.length === 0 ? python : await pythonEnvironment(python, requirements, context);
    const given = Object.values(resolveValues(args, inputs.args as Record<string, unknown>, context)).map(asText);
    const source = options.script === undefined ? ["-c", options.code] : [options.script];
    const end = await runCommand(
      {
        argv: [program, ...source, ...given],
        env: environment,
        cwd: options.cwd,
        stdin: JSON.stringify(resolveValue(input, inputs.input ?? null, context) ?? null),
      },
      context,
    );
    checkEnd(end, options.skipOnExitCode);
    return readResult(result);
  }

  return {
    name: "python",
    optionNames: ["script", "code", "args", "input", "env", "cwd", "python", "requirements", "skipOnExitCode"],
    inputs: { env: wiredPart(env), args: wiredPart(args), ...wiredValue("input", input) },
    templateFields: {
      ...(options.script === undefined ? { code: options.code } : { script: options.script }),
      args: shown(options.args ?? []),
      input: shown(input),
      env: shown(env),
      ...(requirements.length > 0 && { requirements }),
    },
    check: (reader) => {
      if (!reader.has("code")) reader.required("script");
      else if (reader.has("script")) reader.refuse("script", "left out, where there is code");
      else reader.required("code");
      reader.name("python", "python3");
      reader.names("requirements");
      reader.list("args", "a list of values");
      checkCommandOptions(reader);
    },
    handler: async (inputs, context) => {
      const folder = await mkdtemp(join(tmpdir(), "windlass-python-"));
      try {
        return await run(folder, inputs, context);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
