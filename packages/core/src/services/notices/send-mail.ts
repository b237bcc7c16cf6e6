import { createHash } from "node:crypto";
import type { ConnectionValue } from "@windlass/contract";
import { DeliveryFailure } from "./delivery-failure.ts";
import { reachReceiver, type ReceiverPolicy, type Resolve } from "./reach-receiver.ts";
import { extraOf } from "./receiver-of.ts";

/** A mail to be sent. */
export interface Mail {
  readonly connection: ConnectionValue;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Becomes the Message-ID, the same at every delivery. */
  readonly dedupeKey: string;
  readonly policy: ReceiverPolicy;
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

const SUBMISSION_PORT = 587;
const SECURE_PORT = 465;

/**
 * Sends a mail through an SMTP connection (Airflow's fields of `smtp`: `from_email`, `disable_ssl`, `disable_tls` in its extra). A password travels
 * only where the way is encrypted, unless `disable_tls` says otherwise.
 * @throws DeliveryFailure
 */
export async function sendMail(mail: Mail): Promise<void> {
  const { connection, policy, timeoutMs } = mail;
  const { connectionId, host, port, login, password } = connection;
  const extra = extraOf(connection);
  const from = mail.from ?? (typeof extra["from_email"] === "string" ? extra["from_email"] : login);
  if (host === null) throw new DeliveryFailure(`the connection ${connectionId} has no host`);
  if (from === null)
    throw new DeliveryFailure(
      `nobody said who sends the mail: set from_email in the extra of the connection ${connectionId}`,
    );
  const at = await reachReceiver(host, true, policy, mail.resolve);
  const withoutTls = isSet(extra["disable_tls"]);
  const secure = port === SECURE_PORT && !isSet(extra["disable_ssl"]);
  // Loaded by the first mail: most installations send none.
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    host: at.address,
    port: port ?? SUBMISSION_PORT,
    secure,
    ignoreTLS: withoutTls,
    requireTLS: !secure && !withoutTls && password !== null,
    tls: { servername: host },
    ...(login !== null && password !== null && { auth: { user: login, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const digest = createHash("sha256").update(mail.dedupeKey).digest("hex").slice(0, 32);
  try {
    await transport.sendMail({
      from,
      to: [...mail.to],
      subject: mail.subject,
      text: mail.text,
      messageId: `<${digest}@windlass>`,
      headers: { "X-Windlass-Dedupe-Key": mail.dedupeKey, "Auto-Submitted": "auto-generated" },
    });
  } catch (error) {
    const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
    throw new DeliveryFailure(
      `${host} did not take the mail (${[code, responseCode].filter(Boolean).join(" ") || "error"})`,
    );
  } finally {
    transport.close();
  }
}

function isSet(value: unknown): boolean {
  return value === true || value === "true" || value === "True";
}
