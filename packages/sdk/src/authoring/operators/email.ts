import type { ConnectionValue } from "@windlass/contract";
import type { TaskContext } from "../context.ts";
import { FailWithoutRetry } from "../outcomes.ts";
import type { TaskOptions } from "../task-options.ts";
import { extraOf } from "./http-connection.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValue, shown, wiredValue } from "./values.ts";

type Addresses = string | readonly string[];

/** A file of an e-mail: one on the worker's machine, or its content. */
export interface EmailAttachment {
  /** Its name in the e-mail. @default the last part of the path */
  readonly filename?: string;
  readonly path?: string;
  readonly content?: string;
  /** How the content is written. @default "utf8" */
  readonly encoding?: "utf8" | "base64";
  readonly contentType?: string;
  /** Makes it an image of the text: `<img src="cid:chart">`. */
  readonly cid?: string;
}

/** Options of `dag.email`. */
export interface EmailOperatorOptions<P = Record<string, unknown>> extends TaskOptions {
  /** Id of a connection of type `smtp`. @default "smtp_default", as on Airflow */
  readonly connection?: string | ((context: TaskContext<P>) => string);
  readonly to: OperatorValue<Addresses, P>;
  readonly cc?: OperatorValue<Addresses, P>;
  readonly bcc?: OperatorValue<Addresses, P>;
  readonly replyTo?: OperatorValue<Addresses, P>;
  /** @default `from_email` in the connection's extra, else its login */
  readonly from?: OperatorValue<string, P>;
  readonly subject: OperatorValue<string, P>;
  /** The text as HTML, as plain text, or both. */
  readonly html?: OperatorValue<string, P>;
  readonly text?: OperatorValue<string, P>;
  readonly attachments?: OperatorValue<readonly EmailAttachment[], P>;
  /** Headers besides the usual ones. */
  readonly headers?: OperatorValue<Readonly<Record<string, string>>, P>;
}

/** What the server took. */
export interface EmailResult {
  readonly messageId: string;
  readonly accepted: string[];
  readonly rejected: string[];
}

const VALUE_NAMES = [
  "to",
  "cc",
  "bcc",
  "replyTo",
  "from",
  "subject",
  "html",
  "text",
  "attachments",
  "headers",
] as const;
const TIMEOUT_SECONDS = 30;

/** By Airflow's rules: TLS from the first byte unless `disable_ssl`, then STARTTLS unless `disable_tls`. */
export function transportOf(connection: ConnectionValue) {
  const extra = extraOf(connection);
  const secure = extra.disable_ssl !== true;
  const timeout = 1000 * (typeof extra.timeout === "number" ? extra.timeout : TIMEOUT_SECONDS);
  return {
    host: connection.host ?? "localhost",
    port: connection.port ?? (secure ? 465 : 25),
    secure,
    requireTLS: !secure && extra.disable_tls !== true,
    ignoreTLS: !secure && extra.disable_tls === true,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    ...(extra.ssl_context === "none" && { tls: { rejectUnauthorized: false } }),
    ...(connection.login !== null &&
      connection.login !== "" && { auth: { user: connection.login, pass: connection.password ?? "" } }),
  };
}

function listed(addresses: Addresses | undefined): string[] | undefined {
  if (addresses === undefined) return undefined;
  // As on Airflow one text may hold several addresses.
  return typeof addresses === "string"
    ? addresses
        .split(/[,;]/)
        .map((each) => each.trim())
        .filter(Boolean)
    : [...addresses];
}

function addressText(address: string | { readonly address: string }): string {
  return typeof address === "string" ? address : address.address;
}

/** The email operator. An e-mail is sent at least once: a try that is lost after the server took it sends it again. */
export function emailOperator<P>(options: EmailOperatorOptions<P>): Operator {
  const { connection = "smtp_default" } = options;
  const given: Readonly<Record<string, unknown>> = { ...options };

  async function send(inputs: Readonly<Record<string, unknown>>, context: TaskContext): Promise<EmailResult> {
    const value = <T>(name: (typeof VALUE_NAMES)[number]): T | undefined =>
      given[name] === undefined ? undefined : resolveValue<T>(given[name], inputs[name], context);
    const id = resolveValue<string>(connection, connection, context);
    const found = await context.client.getConnectionOrThrow(id);
    const fromEmail = extraOf(found).from_email;
    const from = value<string>("from") ?? (typeof fromEmail === "string" ? fromEmail : found.login);
    if (from === null)
      throw new FailWithoutRetry(
        `Nobody sends the e-mail: give the task from, or the connection "${id}" from_email in its extra.`,
      );
    const [cc, bcc, replyTo] = (["cc", "bcc", "replyTo"] as const).map((name) => listed(value<Addresses>(name)));
    const { createTransport } = await import("nodemailer");
    const transport = createTransport(transportOf(found));
    const stop = (): void => transport.close();
    context.signal.addEventListener("abort", stop, { once: true });
    try {
      const sent = await transport.sendMail({
        from,
        to: listed(value<Addresses>("to")) ?? [],
        ...(cc && { cc }),
        ...(bcc && { bcc }),
        ...(replyTo && { replyTo }),
        subject: value<string>("subject") ?? "",
        ...(given.html !== undefined && { html: value<string>("html") ?? "" }),
        ...(given.text !== undefined && { text: value<string>("text") ?? "" }),
        attachments: (value<readonly EmailAttachment[]>("attachments") ?? []).map((each) => ({ ...each })),
        headers: { ...value<Record<string, string>>("headers") },
        // An attachment's path is a file; an address behind it would be fetched by the server of the worker's network.
        disableUrlAccess: true,
      });
      const [accepted, rejected] = [sent.accepted.map(addressText), sent.rejected.map(addressText)];
      context.log.info(`The server took the e-mail for ${String(accepted.length)} recipients.`, { accepted, rejected });
      return { messageId: sent.messageId, accepted, rejected };
    } catch (error) {
      context.signal.throwIfAborted();
      throw error;
    } finally {
      context.signal.removeEventListener("abort", stop);
      transport.close();
    }
  }

  return {
    name: "email",
    optionNames: ["connection", ...VALUE_NAMES],
    inputs: Object.assign({}, ...VALUE_NAMES.map((name) => wiredValue(name, given[name]))) as Record<string, unknown>,
    connections: typeof connection === "string" ? [connection] : [],
    templateFields: {
      connection: shown(connection),
      ...Object.fromEntries(
        VALUE_NAMES.filter((name) => name !== "attachments" && given[name] !== undefined).map((name) => [
          name,
          shown(given[name]),
        ]),
      ),
    },
    check: (reader) => {
      if (reader.has("connection")) reader.requiredOrComputed("connection");
      for (const name of ["to", "subject"]) if (!reader.has(name)) reader.refuse(name, "given");
      if (!reader.has("html") && !reader.has("text")) reader.refuse("text", "given, where there is no html");
    },
    handler: send,
  };
}
