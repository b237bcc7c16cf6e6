import { fromMillis, type Instant, toMillis } from "@windlass/contract";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Clock } from "@windlass/contract";
import type { Randomness } from "../context.ts";

const ISSUER = "windlass";
const AUDIENCE = "windlass-api";

/** What a verified token says. */
export interface TokenClaims {
  readonly accountId: number;
  readonly tokenId: string;
  readonly securityStamp: string;
  readonly expiresAt: Instant;
}

/** Why a token is not taken. */
export type TokenProblem =
  | { readonly kind: "malformed" }
  | { readonly kind: "signature" }
  | { readonly kind: "expired"; readonly at: Instant | null }
  | { readonly kind: "not_yet_valid"; readonly from: Instant | null };

/** Signs and verifies bearer tokens: HS256 with the installation's key. */
export class TokenSigner {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #leewaySeconds: number;

  constructor(options: {
    readonly key: Uint8Array;
    readonly clock: Clock;
    readonly random: Randomness;
    readonly leewaySeconds: number;
  }) {
    this.#key = options.key;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#leewaySeconds = options.leewaySeconds;
  }

  /** A token for an account that lives so long. */
  async sign(
    account: { readonly id: number; readonly securityStamp: string; readonly userName: string },
    lifeSeconds: number,
  ): Promise<{ token: string; claims: TokenClaims }> {
    const now = Math.floor(toMillis(this.#clock.now()) / 1000);
    const tokenId = Buffer.from(this.#random.bytes(16)).toString("hex");
    const token = await new SignJWT({ stamp: account.securityStamp, name: account.userName })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(String(account.id))
      .setJti(tokenId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + lifeSeconds)
      .sign(this.#key);
    return {
      token,
      claims: {
        accountId: account.id,
        tokenId,
        securityStamp: account.securityStamp,
        expiresAt: fromMillis((now + lifeSeconds) * 1000),
      },
    };
  }

  /** What a token says, or why it is not taken. */
  async verify(token: string): Promise<{ readonly claims: TokenClaims } | { readonly problem: TokenProblem }> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ["HS256"],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ["sub", "jti", "exp"],
        clockTolerance: this.#leewaySeconds,
        currentDate: new Date(toMillis(this.#clock.now())),
      });
      const accountId = Number(payload.sub);
      const { stamp } = payload;
      if (!Number.isSafeInteger(accountId) || typeof stamp !== "string") return { problem: { kind: "malformed" } };
      return {
        claims: {
          accountId,
          tokenId: payload.jti ?? "",
          securityStamp: stamp,
          expiresAt: fromMillis((payload.exp ?? 0) * 1000),
        },
      };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }
}

function problemOf(error: unknown): TokenProblem {
  if (error instanceof errors.JWTExpired) return { kind: "expired", at: moment(error.payload.exp) };
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
    return { kind: "signature" };
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === "nbf" ? { kind: "not_yet_valid", from: moment(error.payload.nbf) } : { kind: "signature" };
  return { kind: "malformed" };
}

function moment(seconds: unknown): Instant | null {
  return typeof seconds === "number" && Number.isFinite(seconds) ? fromMillis(seconds * 1000) : null;
}
