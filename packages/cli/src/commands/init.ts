import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { guarded } from "../command.ts";
import type { Io } from "../io.ts";
import { projectFiles } from "../templates/project.ts";
import { WINDLASS_VERSION } from "../version.ts";

/** `windlass init [folder]`: a project with one Dag; nothing that exists is overwritten. */
export function registerInit(program: Command, io: Io): void {
  program
    .command("init [folder]")
    .description("make a project with one Dag here or in a folder")
    .addHelpText("after", "\nExample:\n  windlass init my-dags && cd my-dags && npx windlass up")
    .action(async (folder: string | undefined) =>
      guarded(io, async () => {
        const target = resolve(io.cwd, folder ?? ".");
        for (const [path, content] of projectFiles(packageName(target), WINDLASS_VERSION)) {
          const file = join(target, path);
          if (existsSync(file)) {
            io.out(`kept     ${path} (it was there)`);
            continue;
          }
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, content);
          io.out(`written  ${path}`);
        }
        const steps = [folder ? `cd ${relative(io.cwd, target) || "."}` : null, "npm install", "npx windlass up"];
        io.out(`\nNext:\n  ${steps.filter((each) => each !== null).join("\n  ")}`);
        await Promise.resolve();
      }),
    );
}

function packageName(folder: string): string {
  return (
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "my-dags"
  );
}
