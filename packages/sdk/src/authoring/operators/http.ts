import type { JsonValue } from "@windlass/contract";
import type { OptionReader } from "../../serialize/option-reader.ts";
import type { TaskContext } from "../context.ts";
import { type Duration, durationSeconds } from "../duration.ts";
import { FailWithoutRetry, RetryAfter } from "../outcomes.ts";
import { SENSOR_OPTION_NAMES, type SensorOptions } from "../sensor.ts";
import type { TaskOptions } from "../task-options.ts";
import { addressOf, httpBase, NO_CONNECTION } from "./http-connection.ts";
import { type HttpAnswer, sendRequest } from "./http-request.ts";
import type { Operator } from "./operator.ts";
import { type OperatorValue, resolveValue, shown, wiredValue } from "./values.ts";

/** Methods of a request. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";

const METHODS: readonly HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** The answer to a request. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly text: string;
  /** The address that answered, after redirects. */
  readonly url: string;
  /** The body as JSON. @throws SyntaxError where it is none */
  json<T = JsonValue>(): T;
}

/** What is asked, and how. */
export interface HttpRequestOptions<P = Record<string, unknown>> {
  /** Id of a connection of type `http`; left out: `path` is the whole address. */
  readonly connection?: string | ((context: TaskContext<P>) => string);
  /** What follows the connection's host. @default "" */
  readonly path?: OperatorValue<string, P>;
  /** Parameters of the address. */
  readonly query?: OperatorValue<Readonly<Record<string, string | number | boolean | null | readonly string[]>>, P>;
  /** Headers besides those of the connection. */
  readonly headers?: OperatorValue<Readonly<Record<string, string>>, P>;
  /** The body as JSON. */
  readonly json?: OperatorValue<JsonValue, P>;
  /** The body as text, or the fields of a form. */
  readonly data?: OperatorValue<string | Readonly<Record<string, string | number | boolean>>, P>;
  /** The answer must have come within this time. @default "1m" */
  readonly requestTimeout?: Duration;
  /** A longer response fails the task. @default 16777216 */
  readonly maxResponseBytes?: number;
}

/** Options of `dag.http`. */
export interface HttpOptions<P = Record<string, unknown>, R = string> extends TaskOptions, HttpRequestOptions<P> {
  /** @default "POST", as on Airflow */
  readonly method?: HttpMethod;
  /** Whether a response below 400 is what was wanted; false fails the task. @default every one is */
  readonly responseCheck?: (response: HttpResponse, context: TaskContext<P>) => boolean | Promise<boolean>;
  /** Makes the task's result of the response. @default the body as text */
  readonly responseFilter?: (response: HttpResponse, context: TaskContext<P>) => R;
  /**
   * Statuses from 400 on after which another try may help; others fail at once. A `Retry-After` of the server is waited for.
   * @default all of them, as on Airflow
   */
  readonly retryOnStatus?: readonly number[];
}

/** Options of `dag.httpSensor`. */
export interface HttpSensorOptions<P = Record<string, unknown>> extends SensorOptions, HttpRequestOptions<P> {
  /** @default "GET" */
  readonly method?: HttpMethod;
  /** Whether the response answers the question; its result, unless it is true, is the task's. @default every response below 400 does */
  readonly responseCheck?: (response: HttpResponse, context: TaskContext<P>) => unknown;
  /** Statuses from 400 on that mean "not yet"; others fail. @default [404], as on Airflow */
  readonly pendingStatuses?: readonly number[];
}

/** A server refused a request. */
class HttpStatusError extends Error {
  override readonly name = "HttpStatusError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const REQUEST_NAMES = [
  "connection",
  "method",
  "path",
  "query",
  "headers",
  "json",
  "data",
  "requestTimeout",
  "maxResponseBytes",
  "responseCheck",
] as const;
const VALUE_NAMES = ["path", "query", "headers", "json", "data"] as const;
const MAX_RESPONSE_BYTES = 16_777_216;
const TIMEOUT_SECONDS = 60;
const EXCERPT = 500;

function checkRequest(reader: OptionReader): void {
  reader.choice("method", "GET", METHODS);
  reader.duration("requestTimeout", null);
  reader.count("maxResponseBytes", null, 1);
  reader.functionIfGiven("responseCheck");
  if (reader.has("connection")) reader.requiredOrComputed("connection");
  else if (!reader.has("path")) reader.refuse("path", "a whole address, where the task names no connection");
  if (reader.has("json") && reader.has("data")) reader.refuse("data", "left out, where json is the body");
}

function requestParts<P>(
  options: HttpRequestOptions<P> & { readonly method?: HttpMethod },
  usual: HttpMethod,
): Pick<Operator, "inputs" | "templateFields" | "connections"> & {
  readonly send: (inputs: Readonly<Record<string, unknown>>, context: TaskContext) => Promise<HttpAnswer>;
} {
  const { connection, method = usual, query, headers, data, path = "", json } = options;
  const given: Readonly<Record<string, unknown>> = { path, query, headers, json, data };
  return {
    inputs: Object.assign({}, ...VALUE_NAMES.map((name) => wiredValue(name, given[name]))) as Record<string, unknown>,
    templateFields: {
      ...(connection !== undefined && { connection: shown(connection) }),
      method,
      path: shown(path),
      ...(query !== undefined && { query: shown(query) }),
      ...(headers !== undefined && { headers: shown(headers) }),
      ...(json !== undefined && { json: shown(json) }),
      ...(data !== undefined && { data: shown(data) }),
    },
    connections: typeof connection === "string" ? [connection] : [],
    send: async (inputs, context) => {
      const value = <T>(name: (typeof VALUE_NAMES)[number]): T | undefined | null =>
        given[name] === undefined ? undefined : resolveValue<T>(given[name], inputs[name], context);
      const id = resolveValue<string | undefined>(connection, connection, context);
      const base = id === undefined ? NO_CONNECTION : await httpBase(await context.client.getConnectionOrThrow(id));
      const { body, type } = bodyOf(value("json"), value("data"));
      const url = addressOf(base.base, value<string>("path") ?? "", value<Record<string, unknown>>("query") ?? {});
      const began = performance.now();
      const answer = await sendRequest({
        ...base,
        url,
        method,
        headers: lowerCased({
          ...(type !== null && { "content-type": type }),
          ...(base.auth !== null && { authorization: base.auth }),
          ...lowerCased(base.headers),
          ...lowerCased(value<Record<string, string>>("headers") ?? {}),
        }),
        body,
        maxBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
        timeoutMs: 1000 * (durationSeconds(options.requestTimeout ?? "") ?? TIMEOUT_SECONDS),
        signal: context.signal,
        env: context.env,
      });
      // Without the query: it may hold a key.
      context.log.info(`${method} ${url.origin}${url.pathname}: ${String(answer.status)}`, {
        status: answer.status,
        bytes: Buffer.byteLength(answer.text),
        seconds: Math.round(performance.now() - began) / 1000,
      });
      return answer;
    },
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bodyOf(json: unknown, data: unknown): { readonly body: string | null; readonly type: string | null } {
  if (json !== undefined) return { body: JSON.stringify(json), type: "application/json" };
  if (data === undefined || data === null) return { body: null, type: null };
  if (typeof data === "string") return { body: data, type: null };
  const fields = Object.entries(data).map(([name, value]): [string, string] => [name, String(value)]);
  return { body: new URLSearchParams(fields).toString(), type: "application/x-www-form-urlencoded" };
}

function responseOf({ status, headers, text, url }: HttpAnswer): HttpResponse {
  const plain = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return {
    status,
    headers: Object.fromEntries(plain) as Record<string, string>,
    text,
    url,
    json: <T>() => JSON.parse(text) as T,
  };
}

function statusError({ status, text }: HttpAnswer): HttpStatusError {
  const said = text.trim() === "" ? "" : ` It said: ${text.trim().slice(0, EXCERPT)}`;
  return new HttpStatusError(status, `The server answered with status ${String(status)}.${said}`);
}

/** Seconds that a server asks to wait; undefined where it does not. */
function retryAfterSeconds({ headers }: HttpAnswer): number | undefined {
  const text = headers["retry-after"];
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** The http operator, after Airflow's HttpOperator. */
export function httpOperator<P, R>(options: HttpOptions<P, R>): Operator {
  const { send, ...parts } = requestParts(options, "POST");
  return {
    name: "http",
    optionNames: [...REQUEST_NAMES, "responseFilter", "retryOnStatus"],
    ...parts,
    check: (reader) => {
      checkRequest(reader);
      reader.functionIfGiven("responseFilter");
      reader.numbers("retryOnStatus");
    },
    handler: async (inputs, context) => {
      const answer = await send(inputs, context);
      if (answer.status >= 400) {
        const error = statusError(answer);
        if (options.retryOnStatus?.includes(answer.status) === false)
          throw new FailWithoutRetry(error.message, { cause: error });
        const seconds = retryAfterSeconds(answer);
        if (seconds !== undefined) throw new RetryAfter({ seconds }, error.message);
        throw error;
      }
      const response = responseOf(answer);
      const own = context as TaskContext<P>;
      if ((await options.responseCheck?.(response, own)) === false)
        throw new HttpStatusError(answer.status, "The response is not what responseCheck wants.");
      return options.responseFilter === undefined ? response.text : options.responseFilter(response, own);
    },
  };
}

/** A sensor whose question is a request. */
export function httpSensor<P>(options: HttpSensorOptions<P>): Operator {
  const { send, ...parts } = requestParts(options, "GET");
  return {
    name: "http_sensor",
    optionNames: [...REQUEST_NAMES, "pendingStatuses", ...SENSOR_OPTION_NAMES],
    ...parts,
    check: (reader) => {
      checkRequest(reader);
      reader.numbers("pendingStatuses");
    },
    handler: async (inputs, context) => {
      const answer = await send(inputs, context);
      if (answer.status >= 400) {
        if ((options.pendingStatuses ?? [404]).includes(answer.status)) return false;
        throw statusError(answer);
      }
      return options.responseCheck === undefined
        ? true
        : await options.responseCheck(responseOf(answer), context as TaskContext<P>);
    },
  };
}
