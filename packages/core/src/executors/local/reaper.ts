import { spawn } from "node:child_process";
import { RUNNER_MARK } from "./marked-processes.ts";

/*
 * A shell that waits until the other end of its input is closed, which is when the process that started it is gone, however it went. Then it kills what
 * carries the mark, and looks again for what was forked meanwhile.
 */
const SCRIPT = `
while read -r _; do :; done
for _ in 1 2 3 4 5; do
  found=$(grep -l "$1" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$found" ] || exit 0
  for each in $found; do each=\${each#/proc/}; kill -KILL "\${each%/environ}" 2>/dev/null; done
done
`;

/** Ends what runners have started once the process that keeps them is gone. */
export interface Reaper {
  /** It ends; there is nothing left for it to do. Safe twice. */
  stop(): void;
}

/**
 * Runners die with the process that keeps them, by the kernel's hand. What they have started does not: a program of a task would run on beside the next
 * try. So a small process outlives its starter for a moment and ends all that. Linux only; elsewhere a runner sees to its own group.
 * @param mark what the marks of all those processes begin with
 */
export function startReaper(mark: string): Reaper {
  if (process.platform !== "linux") return { stop: () => undefined };
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "sh", `${RUNNER_MARK}=${mark}`], {
    // In a session of its own: what ends the starter's group leaves it there.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/bin:/bin" },
  });
  // Without a shell there is none.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  return { stop: () => shell.stdin.end() };
}
