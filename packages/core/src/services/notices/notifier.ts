import { addSeconds, type Clock, type ConnectionValue } from "@windlass/contract";
import type { Database } from "../../database/sql.ts";
import {
  type ClaimedNotification,
  claimNotifications,
  nextNotificationAt,
  notificationFailed,
  notificationSent,
} from "../../store/notifications.ts";
import type { SecretSource } from "../../actions/attempts/answer-attempt.ts";
import type { OnProblem } from "../service.ts";
import { Woken, type WokenRound } from "../woken.ts";
import { alertJson, type AlertLinks, alertMail, alertSlack } from "./alert-text.ts";
import { DeliveryFailure } from "./delivery-failure.ts";
import { postJson } from "./post-json.ts";
import { reachReceiver, type ReceiverPolicy, type Resolve } from "./reach-receiver.ts";
import { receiverOf, type WebReceiver } from "./receiver-of.ts";
import { sendMail } from "./send-mail.ts";

/** How alerts are sent. Times are seconds. */
export interface NotifierOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: SecretSource;
  readonly policy: ReceiverPolicy;
  readonly links: AlertLinks;
  readonly timeoutSeconds: number;
  /** How often each is sent in all. */
  readonly tries: number;
  readonly retryDelaySeconds: number;
  readonly everyMs: number;
  readonly onProblem: OnProblem;
  /** An alert is not sent any more. */
  readonly onGivenUp: (fields: Readonly<Record<string, unknown>>) => void;
  /** @defaultValue the system's */
  readonly resolve?: Resolve;
}

const BATCH = 20;
const LONGEST_DELAY_SECONDS = 3_600;

/**
 * Sends the alerts that stand in the outbox: at least once each, with a key that stays the same, at growing intervals while the receiver does not take
 * it, and a bounded number of times. Several may run beside each other: whoever claims one has it for as long as sending takes.
 */
export class Notifier extends Woken {
  readonly #options: NotifierOptions;
  #stopping = new AbortController();

  constructor(options: NotifierOptions) {
    super({ ...options, name: "notifier", round: () => this.#send() });
    this.#options = options;
  }

  override start(): Promise<void> {
    this.#stopping = new AbortController();
    return super.start();
  }

  /** Does not wait for receivers: what is being sent is sent again, with the same key. */
  override stop(): Promise<void> {
    this.#stopping.abort();
    return super.stop();
  }

  async #send(): Promise<WokenRound> {
    const { database, clock, timeoutSeconds } = this.#options;
    const claimed = await claimNotifications(database, {
      now: clock.now(),
      limit: BATCH,
      // Long enough for the name, the connection and the answer, each at its longest.
      leaseSeconds: 3 * timeoutSeconds + 30,
    });
    await Promise.all(claimed.map((each) => this.#deliver(each)));
    const more = claimed.length === BATCH && !this.#stopping.signal.aborted;
    return { more, next: more ? null : await nextNotificationAt(database) };
  }

  async #deliver(notification: ClaimedNotification): Promise<void> {
    const { database, clock, tries, retryDelaySeconds, onGivenUp } = this.#options;
    const { id, delivery, dedupeKey, target, content } = notification;
    try {
      await this.#hand(notification);
    } catch (error) {
      // Anything else is a mistake of ours, whose text may hold what nobody may see.
      const problem = error instanceof DeliveryFailure ? error.message : `sending it failed (${errorName(error)})`;
      const now = clock.now();
      const delay = Math.min(LONGEST_DELAY_SECONDS, retryDelaySeconds * 2 ** (delivery - 1));
      const again = delivery >= tries ? null : addSeconds(now, delay);
      await notificationFailed(database, id, { now, problem, again });
      if (again === null) {
        const { dagId, runId, event } = content;
        onGivenUp({ dagId, runId, event, kind: target.kind, dedupeKey, deliveries: delivery, problem });
      }
      return;
    }
    await notificationSent(database, id, clock.now());
  }

  async #hand({ target, content, dedupeKey, delivery }: ClaimedNotification): Promise<void> {
    const { links, policy, timeoutSeconds, resolve } = this.#options;
    const timeoutMs = timeoutSeconds * 1_000;
    if (target.kind === "email") {
      const { to, from } = target;
      const connection = await this.#connection(target.connection);
      const reach = resolve === undefined ? {} : { resolve };
      return sendMail({ ...alertMail(content, links), connection, to, from, dedupeKey, policy, timeoutMs, ...reach });
    }
    const receiver: WebReceiver =
      target.connection === null
        ? { url: new URL(target.url ?? ""), headers: {} }
        : receiverOf(await this.#connection(target.connection), target.kind);
    const body =
      target.kind === "slack"
        ? alertSlack(content, links, target.channel)
        : alertJson(content, links, dedupeKey, delivery);
    const at = await reachReceiver(receiver.url.hostname, target.connection !== null, policy, resolve);
    await postJson({
      url: receiver.url,
      headers: { "user-agent": "windlass", ...receiver.headers, "idempotency-key": dedupeKey },
      body: JSON.stringify(body),
      at,
      timeoutMs,
      signal: this.#stopping.signal,
    });
  }

  async #connection(id: string): Promise<ConnectionValue> {
    const found = await this.#options.secrets.getConnection(id);
    if (found === null) throw new DeliveryFailure(`there is no connection ${id}`);
    return found;
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
