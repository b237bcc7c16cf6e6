import { type ConnectionValue, isJsonObject, type JsonValue } from "@windlass/contract";
import { SENSITIVE_NAME } from "../authoring/sensitive-name.ts";

/** Shorter texts would black out half a log; Airflow draws the same line. */
const SHORTEST = 5;

/** The secrets that an attempt was handed, to be kept out of its log and its errors in every form they may take. */
export class Secrets {
  #forms: readonly string[] = [];

  /** Adds a secret with its JSON, URL and base64 forms. */
  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ];
    // The longest first: a form that contains another must not be cut in pieces.
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** Adds what is secret in a connection. */
  addConnection(connection: ConnectionValue): void {
    if (connection.password !== null) this.add(connection.password);
    if (connection.extra === null) return;
    try {
      this.#addSensitive(JSON.parse(connection.extra) as JsonValue);
    } catch {
      this.add(connection.extra);
    }
  }

  /** Adds a variable's text where its key says that it is secret, and what is secret inside where it is JSON. */
  addVariable(key: string, value: string): void {
    if (SENSITIVE_NAME.test(key)) return this.add(value);
    if (!value.startsWith("{")) return;
    try {
      this.#addSensitive(JSON.parse(value) as JsonValue);
    } catch {
      // No JSON after all: an ordinary text.
    }
  }

  #addSensitive(value: JsonValue): void {
    if (!isJsonObject(value)) return;
    for (const [name, each] of Object.entries(value)) {
      if (typeof each === "string" && SENSITIVE_NAME.test(name)) this.add(each);
      else this.#addSensitive(each);
    }
  }

  /** A text with every secret replaced by `***`. */
  mask(text: string): string {
    let masked = text;
    for (const form of this.#forms) if (masked.includes(form)) masked = masked.replaceAll(form, "***");
    return masked;
  }
}
