/** Who is signed in (GET /me). */
export interface Me {
  readonly name: string;
  readonly kind: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly credential: { readonly kind: string };
}

/** An API key as lists show it. */
export interface ApiKey {
  readonly id: number | string;
  readonly name: string;
  readonly display_id: string;
  readonly scopes?: readonly string[] | null;
  readonly created_at?: string | null;
  readonly last_used_at?: string | null;
  readonly expires_at: string | null;
  readonly revoked_at?: string | null;
}

/** The answer that holds the token, once. */
export interface NewApiKey extends ApiKey {
  readonly token: string;
}

/** An account as administrators see it. */
export interface UserRow {
  readonly user_name: string;
  readonly kind?: string;
  readonly roles: readonly string[];
  readonly active?: boolean;
  readonly email?: string | null;
  readonly login_count?: number;
  readonly failed_login_count?: number;
  readonly last_login_at?: string | null;
}
