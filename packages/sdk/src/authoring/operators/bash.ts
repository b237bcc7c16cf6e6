import type { OptionReader } from "../../serialize/option-reader.ts";
import type { TaskContext } from "../context.ts";
import type { AnyHandler } from "../definition.ts";
import type { SensorOptions } from "../sensor.ts";
import { SENSOR_OPTION_NAMES } from "../sensor.ts";
import type { TaskOptions } from "../task-options.ts";
import type { Operator } from "./operator.ts";
import { asText, checkEnd, commandEnvironment, runCommand, type CommandEnd } from "./run-command.ts";
import { type OperatorValue, resolveValues, shown, wiredPart } from "./values.ts";

/** What a command's environment can hold. */
export type EnvValue = string | number | boolean | null;

/** What every command takes. */
export interface CommandOptions<P> {
  /**
   * Environment of the command. This is how values get into a script: they are never spliced into its text, so no value can become
   * a command. Objects and lists are not allowed: turn them into text yourself.
   */
  readonly env?: Readonly<Record<string, OperatorValue<EnvValue, P>>>;
  /** Working folder. @default the runner's */
  readonly cwd?: string;
}

/** A script for bash, or a program with its arguments. */
type ScriptOrProgram<P> =
  | {
      /** Text for `bash -c`, the same in every run. Values come in by `env`: `echo "$NAME"`. */
      readonly script: string;
      readonly argv?: never;
    }
  | {
      /** A program and its arguments, run without a shell: each value stays one argument, whatever it contains. */
      readonly argv: readonly OperatorValue<string | number, P>[];
      readonly script?: never;
    };

/** Options of `dag.bash`: a script for bash, or a program with its arguments. */
export type BashOptions<P = Record<string, unknown>> = Omit<TaskOptions, "env"> &
  CommandOptions<P> & {
    /** An exit code that means "skipped". @default 99, as on Airflow; null: none */
    readonly skipOnExitCode?: number | null;
  } & ScriptOrProgram<P>;

/** Options of `dag.bashSensor`: the command is asked until it ends with exit code 0. */
export type BashSensorOptions<P = Record<string, unknown>> = Omit<SensorOptions, "env"> &
  CommandOptions<P> & {
    /** The only exit code besides 0 that means "not yet"; any other fails. @default every exit code but 0 means "not yet" */
    readonly retryExitCode?: number;
  } & ScriptOrProgram<P>;

type AnyCommand<P> = CommandOptions<P> & ScriptOrProgram<P>;

/** Names and shapes of what every command takes. */
export function checkCommandOptions(reader: OptionReader): void {
  reader.text("cwd");
  reader.record("env", "an object of texts, numbers, true or false by name", () => true);
}

function checkCommand(reader: OptionReader): void {
  if (!reader.has("argv")) reader.required("script");
  checkCommandOptions(reader);
}

/** A command's inputs, how it is shown, and how it is run. */
function commandParts<P>(options: AnyCommand<P>): Pick<Operator, "inputs" | "templateFields"> & {
  readonly run: (inputs: Readonly<Record<string, unknown>>, context: TaskContext) => Promise<CommandEnd>;
} {
  const env = options.env ?? {};
  const argv: Readonly<Record<string, unknown>> = { ...(options.argv ?? []) };
  return {
    inputs: { env: wiredPart(env), argv: wiredPart(argv) },
    templateFields: {
      ...(options.script === undefined ? { argv: shown(options.argv) } : { script: options.script }),
      env: shown(env),
    },
    run: (inputs, context) => {
      const values = resolveValues(env, inputs.env as Record<string, unknown>, context);
      const command =
        options.script === undefined
          ? Object.values(resolveValues(argv, inputs.argv as Record<string, unknown>, context)).map(asText)
          : ["bash", "-c", options.script];
      return runCommand({ argv: command, env: commandEnvironment(context, values), cwd: options.cwd }, context);
    },
  };
}

const COMMAND_NAMES = ["script", "argv", "env", "cwd"] as const;

/** The bash operator. Its result is the last line of the command's standard output, as on Airflow. */
export function bashOperator<P>(options: BashOptions<P>): Operator {
  const { run, ...parts } = commandParts(options);
  return {
    name: "bash",
    optionNames: [...COMMAND_NAMES, "skipOnExitCode"],
    ...parts,
    check: checkCommand,
    handler: async (inputs, context) => {
      const end = await run(inputs, context);
      checkEnd(end, options.skipOnExitCode);
      return end.lastLine;
    },
  };
}

/** A sensor whose question is a command: exit code 0 answers it. */
export function bashSensor<P>(options: BashSensorOptions<P>): Operator & { readonly handler: AnyHandler } {
  const { run, ...parts } = commandParts(options);
  return {
    name: "bash_sensor",
    optionNames: [...COMMAND_NAMES, "retryExitCode", ...SENSOR_OPTION_NAMES],
    ...parts,
    check: (reader) => {
      checkCommand(reader);
      reader.count("retryExitCode", null, 0);
    },
    handler: async (inputs, context) => {
      const end = await run(inputs, context);
      if (end.code === 0) return true;
      if (options.retryExitCode !== undefined && end.code !== options.retryExitCode) checkEnd(end, null);
      return false;
    },
  };
}
