import type { Family } from "./entry.ts";

/** Who are you: every way in which a credential fails. Always 401, before anything else is looked at. */
export const credentials = {
  "credentials.missing": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "No credentials were sent",
    reason: "The request carries no credentials. Enabled here: {schemes}.",
    fix: "Send one of the enabled schemes, for example `Authorization: Bearer <API key>`; an API key is made under your account in the web page.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.scheme_disabled": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The credential scheme is switched off",
    reason: "The scheme {scheme} is not among `[api] auth_backends`. Enabled here: {schemes}.",
    fix: "Use an enabled scheme, or have the administrator add {scheme} to `[api] auth_backends`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.scheme_unknown": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The credential scheme is not known",
    reason:
      "The Authorization header names the scheme {scheme}, which Windlass does not know. Enabled here: {schemes}.",
    fix: "Send `Authorization: Basic <base64 of user:password>` or `Authorization: Bearer <token or API key>`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.malformed": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The credentials cannot be read",
    reason: "{problem}",
    fix: "Send `Authorization: Basic <base64 of user:password>` without line breaks, or `Authorization: Bearer <token or API key>`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.wrong": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "Wrong user name or password",
    reason: "The user name or the password is wrong, or the account is switched off; which of these is not told.",
    fix: "Check user name and password by logging in to the web page. Mind that a shell expands `$` and `!` in double quotes.",
    meanwhile:
      "The failure is counted; after several the next attempts must wait. The failed attempt is kept among the refused requests.",
  },
  "credentials.throttled": {
    status: { v1: 429, v2: 429, native: 429 },
    summary: "Too many failed log-ins",
    reason:
      "After {failures} failed log-ins for this account from this address the next attempt is looked at in {seconds} s.",
    fix: "Wait {seconds} s, then send the right credentials. Callers whose log-in is remembered and other users are not held up.",
    meanwhile: "The wait grows with each further failure and never becomes a lock.",
  },
  "credentials.session_ended": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The session has ended",
    reason:
      "The session cookie belongs to no living session: it was logged out, was unused for too long, or the account was changed.",
    fix: "Log in again.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.account_off": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The account is switched off",
    reason: "The account that this credential belongs to is switched off.",
    fix: "Ask an administrator to switch the account on, or use another account.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.token_malformed": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The bearer token cannot be read",
    reason: "The bearer token is neither a token of this server nor an API key.",
    fix: "Get a token with `POST /auth/token`, or send an API key (`windlass_p_…`).",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.token_expired": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The token has expired",
    reason: "The token expired at {expired_at}; it is now {now}.",
    fix: "Get a new token with `POST /auth/token`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.token_signature": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The token was not signed by this server",
    reason: "The signature of the token does not fit this installation's key.",
    fix: "Get a token from this server with `POST /auth/token`; a token of another server or from before the key was changed does not work.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.token_not_yet_valid": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The token is not valid yet",
    reason: "The token is valid from {valid_from}; it is now {now} here.",
    fix: "Set the clock of the machine that issued the token, or wait until then.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.token_revoked": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The token was revoked",
    reason: "The token was ended by a log-out, or the account's password or roles were changed after it was issued.",
    fix: "Get a new token with `POST /auth/token`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.key_checksum": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The API key has a typing error",
    reason: "The checksum at the end of the API key does not fit the rest of it.",
    fix: "Copy the whole key again: `windlass_p_` and 36 characters.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.key_unknown": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The API key is not known",
    reason: "No API key of this installation is the one that was sent ({display_id}…).",
    fix: "Make a new key under your account; keys of another installation do not work here.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.key_expired": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The API key has expired",
    reason: "The API key {name} expired at {expired_at}.",
    fix: "Make a new key under your account, then use it in place of this one.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.key_revoked": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "The API key was revoked",
    reason: "The API key {name} was revoked at {revoked_at}.",
    fix: "Make a new key under your account.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "policy.api_keys_only": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "Only API keys are taken",
    reason: "The policy `[api] api_keys_only` is on: the APIs take no {scheme}.",
    fix: "Make an API key in the web page under your account (or with `windlass keys create`), and send it as `Authorization: Bearer windlass_p_…`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "strict.basic_in_v2": {
    status: { v1: 401, v2: 401, native: 401 },
    summary: "Basic credentials are not taken by v2 in strict manner",
    reason: "`[api] airflow_strict` is on, and Airflow 3's API knows only bearer tokens.",
    fix: "Get a token with `POST /auth/token` and send it as `Authorization: Bearer <token>`.",
    meanwhile: "Nothing was changed; the refusal is kept among the refused requests.",
  },
  "credentials.incomplete": {
    status: { v1: 400, v2: 400, native: 400 },
    summary: "A log-in needs a user name and a password",
    reason: "The body lacks {name}, or it is empty.",
    fix: "Send a JSON object with `username` and `password`.",
    meanwhile: "Nothing was done.",
  },
} as const satisfies Family;
