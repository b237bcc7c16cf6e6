/** The header `Authorization`, taken apart. */
export type Authorization =
  | { readonly kind: "none" }
  | { readonly kind: "basic"; readonly userName: string; readonly password: string }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "unknown"; readonly scheme: string }
  | { readonly kind: "malformed"; readonly problem: string };

/** Reads the header; the scheme's name in any case of letters. */
export function readAuthorization(header: string | undefined): Authorization {
  if (header === undefined) return { kind: "none" };
  const text = header.trim();
  if (text === "") return { kind: "malformed", problem: "The header Authorization is empty." };
  const [scheme = "", ...parts] = text.split(/\s+/);
  const rest = parts.join(" ");
  switch (scheme.toLowerCase()) {
    case "basic":
      return readBasic(rest);
    case "bearer":
      return rest === "" || parts.length > 1
        ? { kind: "malformed", problem: "The header Authorization says Bearer without exactly one token behind it." }
        : { kind: "bearer", token: rest };
    default:
      if (rest === "")
        return { kind: "malformed", problem: "The header Authorization names no scheme: a bare token was sent." };
      return { kind: "unknown", scheme: scheme.slice(0, 40) };
  }
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function readBasic(rest: string): Authorization {
  if (rest === "") return { kind: "malformed", problem: "The header Authorization says Basic and nothing else." };
  if (!BASE64.test(rest)) return { kind: "malformed", problem: "What stands behind Basic is not base64." };
  const decoded = Buffer.from(rest, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0)
    return {
      kind: "malformed",
      problem: "What stands behind Basic is not the base64 of user:password; there is no colon in it.",
    };
  const userName = decoded.slice(0, colon);
  const password = decoded.slice(colon + 1);
  if (userName === "" || password === "")
    return { kind: "malformed", problem: "The user name or the password is empty." };
  return { kind: "basic", userName, password };
}
