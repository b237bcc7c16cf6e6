import type { AlertEvent } from "@windlass/contract";

/** Where a web request goes: an address, or a connection of the kind `http` that holds it. An address that is a secret belongs into a connection. */
type Receiver =
  { readonly url: string; readonly connection?: never } | { readonly connection: string; readonly url?: never };

interface Occasions {
  /** @default ["failure", "deadline"] */
  readonly on?: AlertEvent | readonly AlertEvent[];
}

/** Options of `webhook`. */
export type WebhookOptions = Receiver & Occasions;
/** Options of `slack`. */
export type SlackOptions = Receiver & Occasions & { /** @default the webhook's own */ readonly channel?: string };
/** Options of `email`. */
export interface EmailOptions extends Occasions {
  /** A connection of the kind `smtp`. */
  readonly connection: string;
  readonly to: string | readonly string[];
  /** @default `from_email` in the connection's extra, else its login */
  readonly from?: string;
}

/** An alert: data, sent by the control plane itself. Made by `webhook`, `slack` or `email`. */
export interface Alert {
  readonly kind: "webhook" | "slack" | "email";
  /** As written; checked when the file is loaded. */
  readonly options: object;
}

/**
 * Sends JSON by POST, with the header `Idempotency-Key`.
 * @example new Dag("sales", { alerts: [webhook({ connection: "pager", on: ["failure", "deadline"] })] })
 */
export function webhook(options: WebhookOptions): Alert {
  return { kind: "webhook", options };
}

/**
 * Sends a message to a webhook of Slack's shape.
 * @example slack({ connection: "slack", channel: "#data" })
 */
export function slack(options: SlackOptions): Alert {
  return { kind: "slack", options };
}

/**
 * Sends an e-mail through an SMTP connection.
 * @example email({ to: "data@example.com", connection: "smtp_default" })
 */
export function email(options: EmailOptions): Alert {
  return { kind: "email", options };
}
