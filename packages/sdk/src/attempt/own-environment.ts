import type { AttemptContext } from "@windlass/contract";

/** The environment that the Dag declares, with the task's own over it. */
export function withOwnEnvironment({
  env,
  ownEnv = {},
}: Pick<AttemptContext, "env" | "ownEnv">): Readonly<Record<string, string>> {
  const own = Object.entries(ownEnv).flatMap(([name, given]): [string, string][] => {
    const value = "value" in given ? given.value : env[given.fromEnv];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...env, ...Object.fromEntries(own) };
}
