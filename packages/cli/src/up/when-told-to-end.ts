// Longer than any process lives.
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Settles at SIGINT or SIGTERM; a second signal ends the process at once. Until then it keeps the process alive: services leave that to whoever started
 * them, and a process whose only connection is being made anew would otherwise end for want of anything to do.
 * @throws what `failed` is rejected with
 */
export async function whenToldToEnd(failed: Promise<never>): Promise<void> {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    tell = () => {
      process.once("SIGINT", () => process.exit(130));
      process.once("SIGTERM", () => process.exit(143));
      resolve();
    };
  });
  process.once("SIGINT", tell);
  process.once("SIGTERM", tell);
  const alive = setInterval(() => undefined, DAY_MS);
  try {
    await Promise.race([told, failed]);
  } finally {
    clearInterval(alive);
  }
}
