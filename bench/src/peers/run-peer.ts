import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type PeerFigures, readFigures } from "./peer-figures.ts";

const PATIENCE_MS = 120_000;
const KEPT = 2_000;

/** A process by itself, so that nothing of one peer is left for the next. @throws where it ends without figures */
export async function runPeer(file: string, argv: readonly string[]): Promise<PeerFigures> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  let [output, problems] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (problems = (problems + chunk.toString()).slice(-KEPT)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const figures = readFigures(output);
  if (figures === undefined) {
    throw new Error(
      `${file} ended with ${code === null ? "a signal" : String(code)}: ${problems}${output.slice(-KEPT)}`,
    );
  }
  return figures;
}
