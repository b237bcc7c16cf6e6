/**
 * The accounts of the recordings and the credentials that each sends. An account's password is its name.
 * `anonymous` sends nothing, `wrong` is admin with a wrong password, `nobody` does not exist, `basic:x` is x by HTTP Basic on v2.
 */
import type { Dialect } from "./recording.ts";

const ODD_ONES: Readonly<Record<string, readonly [user: string, password: string]>> = {
  wrong: ["admin", "not-the-password"],
  nobody: ["no_such_user", "x"],
};

/** A token was refused, so that no step of this account can be made. */
class NoToken extends Error {
  constructor(user: string, status: number, text: string) {
    super(`POST /auth/token refused ${user}: ${status} ${text.slice(0, 200)}`);
  }
}

/** Gives each account's Authorization header; on v2 it fetches one bearer token per account and keeps it. */
export class Accounts {
  readonly #base: string;
  readonly #tokens = new Map<string, string>();

  constructor(base: string) {
    this.#base = base;
  }

  /** Headers to send for `who`; throws NoToken when the server gives no token. */
  async headers(who: string, dialect: Dialect): Promise<Record<string, string>> {
    if (who === "anonymous") return {};
    const byBasic = dialect === "v1" || who.startsWith("basic:") || who in ODD_ONES;
    const name = who.replace(/^basic:/, "");
    const [user, password] = ODD_ONES[who] ?? [name, name];
    if (byBasic) return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
    return { authorization: `Bearer ${await this.#token(user, password)}` };
  }

  async #token(user: string, password: string): Promise<string> {
    const known = this.#tokens.get(user);
    if (known !== undefined) return known;
    const answer = await fetch(`${this.#base}/auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: user, password }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new NoToken(user, answer.status, text);
    const token = (JSON.parse(text) as { access_token: string }).access_token;
    this.#tokens.set(user, token);
    return token;
  }
}
