import {
  type AttemptOutcome,
  type AttemptRequest,
  type AttemptResponse,
  type Instant,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readWorkerOrders,
  type WorkerOrders,
  type WorkerPoll,
} from "@windlass/contract";

/** The server answered, and said no. */
export class DoorRefused extends Error {
  override readonly name = "DoorRefused";
  readonly status: number;
  /** The code of the refusal; empty where the answer was not Windlass's. */
  readonly code: string;
  readonly refusal: JsonObject;

  constructor(status: number, refusal: JsonObject) {
    super(typeof refusal.reason === "string" ? refusal.reason : `HTTP ${String(status)}`);
    this.status = status;
    this.code = typeof refusal.code === "string" ? refusal.code : "";
    this.refusal = refusal;
  }
}

/** No answer, or none that says anything: the server is away, or in trouble. */
export class DoorUnreachable extends Error {
  override readonly name = "DoorUnreachable";
}

/** Who starts an attempt, the same at each repetition. */
export interface StartedBy {
  readonly hostname: string;
  readonly unixname: string;
  readonly pid: number;
  readonly startDate: Instant;
}

const ANSWER_MS = 15_000;

/**
 * The execution API as a worker uses it: with its own credential where it asks for work, and with each attempt's token where it speaks for that
 * attempt. Tokens never leave this process.
 * @throws DoorRefused, DoorUnreachable
 */
export class ServerDoor {
  readonly #base: string;
  readonly #credential: string;
  readonly #tokens = new Map<string, string>();

  constructor(url: string, credential: string) {
    this.#base = `${url.replace(/\/+$/, "")}/execution`;
    this.#credential = credential;
  }

  /** Asks for work, and what of the running attempts has lost its permission. Takes the tokens of what is given. */
  async poll(poll: WorkerPoll, signal: AbortSignal): Promise<WorkerOrders> {
    const answer = await this.#send("POST", "/worker/poll", this.#credential, {
      json: poll as unknown as JsonValue,
      signal,
      waitMs: poll.wait_seconds * 1_000,
    });
    const orders = readWorkerOrders(await jsonOf(answer));
    if (orders === undefined) throw new DoorUnreachable("the answer to a poll was none");
    for (const { attempt, token } of orders.workloads) this.#tokens.set(attempt.attemptId, token);
    return orders;
  }

  /** This worker has stopped. */
  async goodbye(workerId: string): Promise<void> {
    await this.#send("DELETE", `/worker/${workerId}`, this.#credential);
  }

  /** Asks for the permission to run an attempt. */
  async start(attemptId: string, by: StartedBy): Promise<void> {
    const { hostname, unixname, pid, startDate } = by;
    const json = { state: "running", hostname, unixname, pid, start_date: startDate };
    await this.#ofAttempt(attemptId, "PATCH", `/task-instances/${attemptId}/run`, { json });
  }

  async heartbeat(attemptId: string, { hostname, pid }: Pick<StartedBy, "hostname" | "pid">): Promise<void> {
    await this.#ofAttempt(attemptId, "PUT", `/task-instances/${attemptId}/heartbeat`, { json: { hostname, pid } });
  }

  async bundle(attemptId: string): Promise<Uint8Array> {
    const answer = await this.#ofAttempt(attemptId, "GET", `/worker/attempts/${attemptId}/bundle`);
    return new Uint8Array(await reading(answer.arrayBuffer()));
  }

  async request(attemptId: string, request: AttemptRequest): Promise<AttemptResponse> {
    const json = request as unknown as JsonValue;
    const answer = await this.#ofAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/requests`, { json });
    return (await jsonOf(answer)) as unknown as AttemptResponse;
  }

  async outcome(attemptId: string, outcome: AttemptOutcome): Promise<void> {
    const json = outcome as unknown as JsonValue;
    await this.#ofAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/outcome`, { json });
  }

  /** Gives an attempt back, begun or not. */
  async interrupted(attemptId: string): Promise<void> {
    await this.#ofAttempt(attemptId, "POST", `/worker/attempts/${attemptId}/interrupted`);
  }

  /** @returns how many bytes the server has by now */
  async log(attemptId: string, offset: number, bytes: Uint8Array): Promise<number> {
    const path = `/worker/attempts/${attemptId}/log?offset=${String(offset)}`;
    const answer = await jsonOf(await this.#ofAttempt(attemptId, "PUT", path, { bytes }));
    return isJsonObject(answer) && typeof answer.size === "number" ? answer.size : offset + bytes.length;
  }

  /** The attempt is over: its token is of no use any more. */
  forget(attemptId: string): void {
    this.#tokens.delete(attemptId);
  }

  async #ofAttempt(attemptId: string, method: string, path: string, more: Sending = {}): Promise<Response> {
    const answer = await this.#send(method, path, this.#tokens.get(attemptId) ?? "", more);
    const fresh = answer.headers.get("refreshed-api-token");
    if (fresh !== null && this.#tokens.has(attemptId)) this.#tokens.set(attemptId, fresh);
    return answer;
  }

  async #send(method: string, path: string, token: string, more: Sending = {}): Promise<Response> {
    const { json, bytes, signal, waitMs = 0 } = more;
    const type = json === undefined ? "application/octet-stream" : "application/json";
    const body = json === undefined ? bytes : JSON.stringify(json);
    const late = AbortSignal.timeout(ANSWER_MS + waitMs);
    const answer = await reading(
      fetch(this.#base + path, {
        method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          "user-agent": "windlass-worker",
          ...(body === undefined ? {} : { "content-type": type }),
        },
        signal: signal ? AbortSignal.any([signal, late]) : late,
        ...(body === undefined ? {} : { body: body as NonNullable<RequestInit["body"]> }),
      }),
    );
    if (answer.ok) return answer;
    // What a proxy or a server in trouble says is no word about the attempt.
    if (answer.status >= 500 || answer.status === 429) throw new DoorUnreachable(`HTTP ${String(answer.status)}`);
    const refused = parse(await reading(answer.text()));
    const said = isJsonObject(refused) && isJsonObject(refused.windlass) ? refused.windlass : {};
    throw new DoorRefused(answer.status, said);
  }
}

interface Sending {
  readonly json?: JsonValue;
  readonly bytes?: Uint8Array;
  readonly signal?: AbortSignal;
  readonly waitMs?: number;
}

async function reading<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DoorUnreachable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function jsonOf(answer: Response): Promise<JsonValue> {
  return parse(await reading(answer.text())) ?? null;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
