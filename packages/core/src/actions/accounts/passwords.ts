import { hash, verify } from "@node-rs/argon2";
import type { ConfigValues } from "@windlass/contract";
import { Gate } from "./gate.ts";

const LONGEST = 256;
// OWASP's minimum besides the memory, which is configuration.
const ROUNDS = 2;
const LANES = 1;
// Slow hashes share the machine's few worker threads with files and names; half of them stay free.
const AT_A_TIME = 2;
const gate = new Gate(AT_A_TIME);

/** Hashes a password with argon2id (the library's own choice) and the memory of the configuration. */
export function hashPassword(password: string, config: ConfigValues): Promise<string> {
  const options = { memoryCost: config.security.password_memory_kib, timeCost: ROUNDS, parallelism: LANES };
  return gate.run(() => hash(password, options));
}

/** Whether a password is the one of a hash. Takes the time of one hash whatever the answer. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  const tooLong = password.length > LONGEST;
  const right = await gate.run(() => verify(stored, tooLong ? "" : password).catch(() => false));
  return right && !tooLong;
}

/** Whether a stored hash was made with other parameters than the configuration's. */
export function needsRehash(stored: string, config: ConfigValues): boolean {
  return !stored.startsWith(
    `$argon2id$v=19$m=${String(config.security.password_memory_kib)},t=${String(ROUNDS)},p=${String(LANES)}$`,
  );
}

/** Why a password may not be set, in a sentence; null where it may. */
export function passwordProblem(password: string, userName: string, config: ConfigValues): string | null {
  const shortest = config.security.password_minimum_length;
  if (password.length < shortest)
    return `The password has ${String(password.length)} characters; ${String(shortest)} is the least.`;
  if (password.length > LONGEST)
    return `The password has ${String(password.length)} characters; ${String(LONGEST)} is the most.`;
  if (!config.security.password_refuse_common) return null;
  const plain = password.toLowerCase();
  if (plain.includes(userName.toLowerCase()) && userName.length > 3) return "The password holds the user name.";
  if (COMMON.some((each) => plain.startsWith(each)) || /^(.)\1+$/u.test(plain))
    return "The password is among the most common ones.";
  return null;
}

// The beginnings of what leaked lists hold most often at this length.
const COMMON: readonly string[] = [
  "password",
  "passw0rd",
  "123456789",
  "qwertyuiop",
  "qwerty123",
  "iloveyou",
  "letmein",
  "adminadmin",
  "administrator",
  "welcome",
  "airflow",
  "changeme",
  "abcdefgh",
  "1q2w3e4r",
  "windlass",
];
