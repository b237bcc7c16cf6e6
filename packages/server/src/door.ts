import type { Door, Dialect, Principal } from "@windlass/contract";

/** The door of a request: the web page by its session, the CLI by its name, everything else by its dialect. */
export function doorOf(
  dialect: Dialect,
  principal: Principal,
  headers: Readonly<Record<string, string | undefined>>,
): Door {
  if (principal.credential.kind === "session") return "ui";
  if (headers["user-agent"]?.startsWith("windlass-cli") === true) return "cli";
  return dialect;
}
