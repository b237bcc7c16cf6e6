/** FAB's name of a permission: an action and the resource it is on, such as `["can_edit", "DAG:simple"]`. */
export type Permission = readonly [action: string, resource: string];

/** With what a principal proved who it is. */
export const CREDENTIAL_KINDS = ["session", "basic", "token", "api-key", "none"] as const;

/** The kind of a credential; `none` only for the anonymous principal. */
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Who makes a request, however it came. */
export interface Principal {
  readonly kind: "user" | "service-account" | "task" | "anonymous" | "system";
  /** Key of the account; 0 for anonymous and system. */
  readonly id: number;
  /** The user name, as logs and lists show it. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<string>;
  /** Where the credential is narrowed to scopes: what its owner may, so that a refusal can name the scope. */
  readonly ownerPermissions?: ReadonlySet<string>;
  readonly credential: { readonly kind: CredentialKind; readonly id: string | null };
}

/** The key under which a permission stands in `Principal.permissions`. */
export function permissionKey([action, resource]: Permission): string {
  return `${action} on ${resource}`;
}

/** A place from which a principal may act: the door of a request. */
export type Door = "ui" | "v1" | "v2" | "native" | "cli" | "execution" | "operator" | "scheduler";
