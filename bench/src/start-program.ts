import { startUp, type UpOptions, type UpProcess } from "../../packages/cli/test-support/up-process.ts";
import { ensureProgramBuilt } from "../../scripts/setup/program-build.mjs";

/** A `windlass up` of its own, bundled as users have it. @throws where it cannot be bundled, or ends before it answers */
export async function startProgram(options: Omit<UpOptions, "main">): Promise<UpProcess> {
  const main = ensureProgramBuilt();
  if (main === undefined) throw new Error("the program could not be bundled");
  return startUp({ ...options, main });
}
