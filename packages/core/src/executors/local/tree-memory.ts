import { readFile } from "node:fs/promises";

const PAGE_BYTES = 4_096;

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}

async function residentBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${String(pid)}/statm`, "utf8").catch(() => "");
  return Number(text.split(" ")[1] ?? 0) * PAGE_BYTES;
}

/** How much memory a process and those below it hold, in bytes; 0 where the system does not tell. Pages that they share count for each. */
async function treeBytes(pid: number): Promise<number> {
  let bytes = 0;
  const rest = [pid];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    bytes += await residentBytes(next);
    rest.push(...(await childrenOf(next)));
  }
  return bytes;
}

const EVERY_MS = 200;

/** Looks at a process and those below it again and again. @returns ends the watch */
export function watchMemory(pid: number, mostBytes: number, onExceeded: () => void): () => void {
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void treeBytes(pid).then((bytes) => {
      looking = false;
      if (bytes <= mostBytes) return;
      clearInterval(timer);
      onExceeded();
    });
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
