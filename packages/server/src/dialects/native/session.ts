import { logIn, logOut } from "@windlass/core/actions";
import { ok } from "../../answer.ts";
import { sessionCookieName, setCookie, TOKEN_COOKIE } from "../../authentication/cookies.ts";
import { credentialsOf, identify } from "../../authentication/identify.ts";
import { defineOperation } from "../../operation.ts";
import { record, text } from "../../request/field.ts";
import { principalView } from "./principal-view.ts";

/** Logging in and out of the web page, and who one is. */
export const sessionOperations = [
  defineOperation({
    dialect: "native",
    method: "POST",
    path: "/api/windlass/v1/session",
    operationId: "create_session",
    summary: "Logs in with user name and password; the answer sets the session's cookie",
    action: "session.create",
    body: record({ username: text({ minLength: 1 }), password: text({ minLength: 1 }) }),
    async handle({ server, request, body }) {
      const session = await logIn(server.actions, request, { userName: body.username, password: body.password });
      return ok(
        { principal: principalView(session.principal) },
        { cookies: [setCookie(server, sessionCookieName(server), session.token, session.maxAgeSeconds)] },
      );
    },
  }),
  defineOperation({
    dialect: "native",
    method: "DELETE",
    path: "/api/windlass/v1/session",
    operationId: "delete_session",
    summary: "Ends the session and revokes the bearer token that came with the request; repeating it does nothing",
    action: "session.delete",
    answers: [204],
    async handle({ server, headers, request, signal }) {
      const { authorization, tokenCookie } = credentialsOf(server, headers);
      const { principal } = await identify(
        server,
        {
          headers,
          address: request.client.address,
          method: "DELETE",
          path: request.path,
          search: "",
          bytes: undefined,
          requestId: request.requestId,
          signal,
        },
        "native",
      );
      await logOut(server.actions, { principal, authorization, tokenCookie });
      const ended = [sessionCookieName(server), TOKEN_COOKIE].map((name) => setCookie(server, name, "", 0));
      return { status: 204, type: null, cookies: ended };
    },
  }),
  defineOperation({
    dialect: "native",
    method: "GET",
    path: "/api/windlass/v1/me",
    operationId: "get_me",
    summary: "Who the caller is, with roles and permissions",
    action: "me.read",
    handle: async ({ principal }) => ok(principalView(principal)),
  }),
];
