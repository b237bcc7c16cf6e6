#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT, type Io } from "./io.ts";
import { buildProgram } from "./program.ts";

const io: Io = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stdout.isTTY === true,
  exit: (code) => {
    process.exitCode = code;
  },
};

// `windlass logs … | head` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
});

try {
  await buildProgram(io).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
}
