import type { Clock, ConfigValues, SerializedDag, XcomKeeping } from "@windlass/contract";
import type { Randomness } from "../../actions/context.ts";
import type { Database } from "../../database/sql.ts";
import type { Notices } from "../../domain/notices/notice.ts";
import type { Executor } from "../../executors/port.ts";
import type { SecretSource } from "../../actions/attempts/answer-attempt.ts";
import type { BundleFolder } from "../bundle-folder.ts";
import type { DagVersions } from "../scheduler/dag-versions.ts";
import type { OnProblem, Service } from "../service.ts";
import type { Woken } from "../woken.ts";
import { CallbackService } from "./callback-service.ts";
import { deadlineService } from "./deadline-service.ts";
import { Notifier } from "./notifier.ts";

/** What the services of notices are made of. */
export interface NoticeServicesOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly bootId: string;
  readonly executor: Executor;
  readonly bundles: BundleFolder;
  readonly versions: DagVersions;
  readonly logsFolder: string;
  readonly secrets: SecretSource;
  readonly xcomKeeping: XcomKeeping | undefined;
  readonly config: ConfigValues;
  readonly environmentOf: (names: readonly string[]) => Readonly<Record<string, string>>;
  readonly leaseSeconds: number;
  readonly marginSeconds: number;
  /** Milliseconds between looks of their own. */
  readonly everyMs: number;
  readonly onProblem: OnProblem;
  readonly warn: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Callbacks, alerts and deadlines. */
export interface NoticeServices {
  readonly callbacks: CallbackService;
  readonly notifier: Woken;
  readonly deadlines: Woken;
  readonly services: readonly Service[];
  /** A commit came with these. */
  committed(notices: readonly Notices[]): void;
  /** A run of the Dag was made, or changed by somebody else. */
  seen(dag: SerializedDag): void;
}

/** Wires the services of what follows from transitions outside of the engine. */
export function createNoticeServices(options: NoticeServicesOptions): NoticeServices {
  const { config, clock, database, everyMs, onProblem, warn } = options;
  const callbacks = new CallbackService({
    ...options,
    maxXcomBytes: config.core.max_xcom_bytes,
    parallelism: config.callbacks.parallelism,
    timeoutSeconds: config.callbacks.timeout,
    tries: config.callbacks.tries,
    retryDelaySeconds: config.callbacks.retry_delay,
    onGivenUp: (fields) => {
      warn("a callback was given up", fields);
    },
  });
  const notifier = new Notifier({
    database,
    clock,
    secrets: options.secrets,
    policy: { allowedHosts: config.alerts.allowed_hosts, privateHosts: config.alerts.private_hosts },
    links: { baseUrl: config.api.base_url },
    timeoutSeconds: config.alerts.timeout,
    tries: config.alerts.tries,
    retryDelaySeconds: config.alerts.retry_delay,
    everyMs,
    onProblem,
    onGivenUp: (fields) => {
      warn("an alert was given up", fields);
    },
  });
  const deadlines = deadlineService({
    database,
    secrets: options.secrets,
    onUnreadable: (fields) => {
      warn("a run has no deadline, because its variable can not be read", fields);
    },
    clock,
    everyMs,
    onProblem,
    onMissed: (fields) => {
      warn("a deadline was missed", fields);
      callbacks.wake();
      notifier.wake();
    },
  });
  return {
    callbacks,
    notifier,
    deadlines,
    services: [callbacks, notifier, deadlines],
    committed(notices) {
      if (notices.some((each) => each.callbacks.length > 0)) callbacks.wake();
      if (notices.some((each) => each.alerts.length > 0)) notifier.wake();
      if (notices.some((each) => each.movedDeadlines.length > 0)) deadlines.wake();
    },
    seen(dag) {
      if (dag.deadlines) deadlines.wake();
      if (dag.alerts) notifier.wake();
      if (dag.callbacks || dag.tasks.some((task) => task.callbacks)) callbacks.wake();
    },
  };
}
