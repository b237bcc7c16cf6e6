import type { ConfigSection } from "./option.ts";

/** Callbacks: functions of authors that are called because of something. */
export const callbacks = {
  parallelism: {
    type: "integer",
    default: 4,
    minimum: 1,
    maximum: 1_000,
    unit: "callbacks",
    does: "The most callbacks that run at a time under one scheduler, beside its task instances.",
    airflow: false,
  },
  timeout: {
    type: "number",
    default: 300,
    minimum: 0.1,
    unit: "seconds",
    does: "A callback that runs longer has failed.",
    airflow: false,
  },
  tries: {
    type: "integer",
    default: 3,
    minimum: 1,
    maximum: 100,
    unit: "calls",
    does: "How often a callback that throws, or whose process ends, is called in all before it is given up.",
    airflow: false,
  },
  retry_delay: {
    type: "number",
    default: 10,
    minimum: 0,
    unit: "seconds",
    does: "Wait before the second call of a callback; doubled before each further one.",
    airflow: false,
  },
} as const satisfies ConfigSection;

/** Alerts: what the control plane itself sends. */
export const alerts = {
  allowed_hosts: {
    type: "list",
    default: [],
    does: "Hosts that alerts may be sent to by an address in a Dag file: names, `*.example.com`, or `*` for all. The host of a connection is always allowed.",
    airflow: false,
  },
  private_hosts: {
    type: "list",
    default: [],
    does: "Hosts among them, and among those of connections, that may be at loopback, private or link-local addresses; written as `allowed_hosts`.",
    airflow: false,
  },
  timeout: {
    type: "number",
    default: 10,
    minimum: 0.1,
    maximum: 300,
    unit: "seconds",
    does: "A receiver that has not answered for so long has failed.",
    airflow: false,
  },
  tries: {
    type: "integer",
    default: 10,
    minimum: 1,
    maximum: 100,
    unit: "deliveries",
    does: "How often an alert is sent in all before it is given up.",
    airflow: false,
  },
  retry_delay: {
    type: "number",
    default: 10,
    minimum: 0,
    unit: "seconds",
    does: "Wait before the second delivery of an alert; doubled before each further one, an hour at most.",
    airflow: false,
  },
} as const satisfies ConfigSection;
