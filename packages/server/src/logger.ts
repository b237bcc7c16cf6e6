/** Where the server says what operators should know; one JSON line each in production. */
export interface Logger {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warning(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Says nothing. */
export const silentLogger: Logger = { info: () => undefined, warning: () => undefined, error: () => undefined };
