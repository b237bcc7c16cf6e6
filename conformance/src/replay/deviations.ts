/**
 * Where Windlass answers otherwise than Airflow on purpose. A deviation explains a whole step or nothing of it.
 * `conformance/deviations.md` gives the reason of each; its headings are these ids.
 */
import type { Dialect, RecordedAnswer, Step } from "./recording.ts";

/** One step whose answer differs. */
export interface DifferingStep {
  readonly wanted: RecordedAnswer;
  readonly came: RecordedAnswer;
  readonly step: Step;
  readonly dialect: Dialect;
  readonly scenario: string;
}

export interface Deviation {
  readonly id: string;
  readonly summary: string;
  readonly explains: (difference: DifferingStep) => boolean;
}

const isClientRefusal = (answer: RecordedAnswer) => answer.status >= 400 && answer.status < 500;
const isJson = (answer: RecordedAnswer) => answer.type.includes("json");
const sends = (step: Step, header: RegExp) => Object.keys(step.headers ?? {}).some((name) => header.test(name));
const namesTwice = (raw: string) => {
  const names = [...raw.matchAll(/"(\w+)"\s*:/g)].map((match) => match[1]);
  return /^\s*\{/.test(raw) && new Set(names).size < names.length;
};
const eventsOf = ({ body }: RecordedAnswer): readonly unknown[] => {
  const { event_logs: rows } = (body ?? {}) as { readonly event_logs?: readonly { readonly event?: unknown }[] };
  return (rows ?? []).map(({ event }) => event);
};
const UNKNOWN_CALLERS = new Set(["anonymous", "wrong", "nobody"]);

/** The deviations, the first that explains a step counts. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    id: "credentials-first",
    summary: "bad or missing credentials are 401, whatever else is wrong",
    explains: ({ wanted, came, step }) =>
      came.status === 401 &&
      wanted.status >= 400 &&
      (UNKNOWN_CALLERS.has(step.as ?? "") ||
        (sends(step, /^(authorization|cookie)$/i) && [401, 403].includes(wanted.status))),
  },
  {
    id: "foreign-origin",
    summary: "a changing request with ambient credentials from a foreign origin is refused",
    explains: ({ wanted, came, step }) =>
      came.status === 403 && wanted.status < 300 && sends(step, /^(origin|referer|sec-fetch-site)$/i),
  },
  {
    id: "basic-on-v2",
    summary: "HTTP Basic is taken on v2 where it is enabled",
    explains: ({ wanted, came, step, dialect }) =>
      dialect === "v2" && wanted.status === 401 && (step.as ?? "").startsWith("basic:") && came.status !== 500,
  },
  {
    id: "no-internal-errors",
    summary: "what breaks Airflow is a result or a refusal here",
    explains: ({ wanted, came }) => wanted.status >= 500 && came.status > 0 && came.status < 500,
  },
  {
    id: "json-below-api",
    summary: "a refusal is JSON where Airflow sends a page or a plain sentence",
    explains: ({ wanted, came }) =>
      /html|plain/.test(wanted.type) && wanted.status >= 400 && isClientRefusal(came) && isJson(came),
  },
  {
    id: "wrong-path-is-404",
    summary: "a wrong path is 404 with the nearest route, neither a web page nor 405",
    explains: ({ wanted, came, dialect }) =>
      dialect === "v2" &&
      came.status === 404 &&
      isJson(came) &&
      (wanted.status === 405 || (wanted.status === 200 && wanted.type.includes("html"))),
  },
  {
    id: "v1-beside-v2",
    summary: "v1 is alive beside v2",
    explains: ({ came, step, dialect }) =>
      dialect === "v2" && / \/api\/v1|\/health\b/.test(step.do) && came.status < 500,
  },
  {
    id: "refused-is-not-audited-as-done",
    summary: "a refused call leaves no audit row of a success",
    explains: ({ came, step, scenario }) =>
      step.do.includes("eventLogs") && scenario.includes("refus") && came.status === 200,
  },
  {
    id: "audit-rows-name-their-run",
    summary: "the audit log of a run begins with its trigger, and tells what a change was from and to",
    explains: ({ wanted, came, step, dialect }) =>
      dialect === "v1" &&
      /^GET \S+\/eventLogs\?\S*\brun_id=/.test(step.do) &&
      wanted.status === 200 &&
      came.status === 200 &&
      eventsOf(wanted).every((event) => eventsOf(came).includes(event)),
  },
  {
    id: "logs-as-text",
    summary: "logs may be read as plain text on v2 too",
    explains: ({ wanted, came, step }) => wanted.status === 406 && came.status === 200 && step.do.includes("/logs/"),
  },
  {
    id: "nan-is-not-json",
    summary: "NaN in a body is refused",
    explains: ({ came, step }) => (step.raw ?? "").includes("NaN") && isClientRefusal(came),
  },
  {
    id: "date-time-params-are-checked",
    summary: "a date-time param that is none is refused",
    explains: ({ wanted, came, step }) =>
      wanted.status === 200 &&
      isClientRefusal(came) &&
      step.do.startsWith("POST") &&
      /"when":\s*"(tomorrow|yesterday|not)/.test(JSON.stringify(step.body ?? "")),
  },
  {
    id: "ambiguous-json-is-refused",
    summary: "a body with a name twice, or with text that nothing can store, is refused",
    explains: ({ wanted, came, step }) =>
      wanted.status === 200 &&
      isClientRefusal(came) &&
      (/\\u(d[89a-f]|0000)/i.test(step.raw ?? "") || namesTwice(step.raw ?? "")),
  },
  {
    id: "pause-is-yes-or-no",
    summary: "is_paused is true or false, not null",
    explains: ({ came, step, dialect }) =>
      dialect === "v1" &&
      step.do.startsWith("PATCH /api/v1/dags/") &&
      isClientRefusal(came) &&
      JSON.stringify(step.body ?? "").includes('"is_paused":null'),
  },
  {
    id: "slots-end-at-minus-one",
    summary: "a pool has no fewer than -1 slots",
    explains: ({ wanted, came, step }) =>
      wanted.status < 300 &&
      isClientRefusal(came) &&
      step.do.includes("/pools") &&
      /"slots":-([2-9]|1\d)/.test(JSON.stringify(step.body ?? "")),
  },
  {
    id: "roles-are-what-was-sent",
    summary: "a role that is patched with no actions has none",
    explains: ({ wanted, came, step }) =>
      wanted.status === 200 &&
      came.status === 200 &&
      step.do.startsWith("PATCH /api/v1/roles/") &&
      JSON.stringify(step.body ?? "").includes('"actions":[]'),
  },
  {
    id: "early-runs-have-tasks",
    summary: "a run before the Dag's start date is executed like any other",
    explains: ({ came, step, scenario }) =>
      scenario === "create.before_start_date" && step.do.endsWith("/taskInstances") && came.status === 200,
  },
  {
    id: "empty-names-are-refused",
    summary: "a pool or a variable has a name",
    explains: ({ wanted, came, step }) =>
      wanted.status < 300 &&
      isClientRefusal(came) &&
      /^POST \/api\/v2\/(pools|variables)$/.test(step.do) &&
      /"(name|key)":""/.test(JSON.stringify(step.body ?? "")),
  },
  {
    id: "dag-files-are-typescript",
    summary: "the fixtures' files end in .ts, so a filter on a .py name finds none",
    explains: ({ came, step }) => step.do.includes("fixtures_broken.py") && came.status === 200,
  },
  {
    id: "bulk-errors-are-told-once",
    summary: "an error in the body of a bulk request is told once",
    explains: ({ wanted, came, step }) =>
      wanted.status === 422 && came.status === 422 && /^PATCH \/api\/v2\/(variables|pools|connections)$/.test(step.do),
  },
  {
    id: "tags-in-order",
    summary: "tags of a Dag come in the order of their names",
    explains: ({ wanted, came, step, dialect }) =>
      dialect === "v1" &&
      step.do.startsWith("GET /api/v1/dags") &&
      came.status === wanted.status &&
      JSON.stringify(namesOfTags(wanted.body)) !== JSON.stringify(namesOfTags(came.body)) &&
      JSON.stringify(namesOfTags(wanted.body).map((each) => each.toSorted())) ===
        JSON.stringify(namesOfTags(came.body)),
  },
];

/** The names in every list of tags in a body, in the order of the body. */
function namesOfTags(body: unknown): readonly (readonly string[])[] {
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    name === "tags" && Array.isArray(value)
      ? [(value as readonly { readonly name?: string }[]).map((tag) => tag.name ?? "")]
      : namesOfTags(value),
  );
}
