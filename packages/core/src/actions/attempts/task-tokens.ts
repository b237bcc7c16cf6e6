import { type Clock, toMillis } from "@windlass/contract";
import { errors, jwtVerify, SignJWT } from "jose";

const ISSUER = "windlass";
const AUDIENCE = "windlass-execution";

/** What a token of an attempt says, or why it is not taken. */
export type TaskTokenAnswer =
  | {
      readonly attemptId: string;
      /** It has less than half of its life left. */
      readonly isAgeing: boolean;
    }
  | { readonly problem: string };

/**
 * Signs and verifies the tokens of attempts: short-lived, for another audience and by another key than those of people, so that neither opens the
 * other's doors. What an attempt may is decided at each request from its row; the token only says which attempt it is.
 */
export class TaskTokens {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #lifeSeconds: number;

  constructor(options: { readonly key: Uint8Array; readonly clock: Clock; readonly lifeSeconds: number }) {
    this.#key = options.key;
    this.#clock = options.clock;
    this.#lifeSeconds = options.lifeSeconds;
  }

  /** A token for an attempt. */
  async sign(attemptId: string): Promise<string> {
    const now = this.#now();
    return new SignJWT({ scope: "execution" })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(attemptId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + this.#lifeSeconds)
      .sign(this.#key);
  }

  /** Whose token it is, or why it is not taken. */
  async verify(token: string): Promise<TaskTokenAnswer> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ["HS256"],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["sub", "exp", "iat"],
        currentDate: new Date(toMillis(this.#clock.now())),
      });
      const { sub = "", exp = 0, iat = 0 } = payload;
      return { attemptId: sub, isAgeing: exp - this.#now() < (exp - iat) / 2 };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  #now(): number {
    return Math.floor(toMillis(this.#clock.now()) / 1000);
  }
}

function problemOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired.";
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
    return "its signature is not this server's.";
  if (error instanceof errors.JWTClaimValidationFailed) return "it was made for another door.";
  return "it is no token.";
}
