import type { ApiRequest } from "../request.ts";
import { NATIVE } from "./native.ts";

/** Signs in with a password; the answer sets the session's cookie. */
export function signIn(username: string, password: string): ApiRequest {
  return { method: "POST", path: `${NATIVE}/session`, body: { username, password } };
}

/** Ends the session. */
export function signOut(): ApiRequest {
  return { method: "DELETE", path: `${NATIVE}/session` };
}
