/** Settles at SIGINT or SIGTERM; a second signal ends the process at once. @throws what `failed` is rejected with */
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
  await Promise.race([told, failed]);
}
