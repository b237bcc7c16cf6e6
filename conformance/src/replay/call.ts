/** Makes the request of one step and gives the answer, waiting for a state where the step asks for it. */
import { setTimeout as pause } from "node:timers/promises";
import type { Accounts } from "./accounts.ts";
import { normalise, normaliseText, type Surroundings } from "./normalise.ts";
import type { Dialect, Json, RecordedAnswer, Step } from "./recording.ts";
import { at, fill, type Variables } from "./variables.ts";

/** An answer as it came; status 0 when there was none. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Json | undefined;
  readonly text: string;
}

const KEPT_HEADERS = ["www-authenticate", "location", "allow", "retry-after", "deprecation", "x-total-count"];
const DEFAULT_WAIT_S = 60;
const BETWEEN_LOOKS_MS = 150;

/** Makes a step's request; a connection that fails becomes an answer with status 0. */
export async function callStep(
  base: string,
  step: Step,
  variables: Variables,
  accounts: Accounts,
  dialect: Dialect,
): Promise<Answer> {
  try {
    const request = await prepare(base, step, variables, accounts, dialect);
    const deadline = Date.now() + (step.within ?? DEFAULT_WAIT_S) * 1000;
    for (;;) {
      const answer = await once(request.url, request.init);
      if (arrived(step, answer) || Date.now() >= deadline) return answer;
      await pause(BETWEEN_LOOKS_MS);
    }
  } catch (error) {
    return { status: 0, type: "", headers: {}, json: undefined, text: String(error) };
  }
}

async function prepare(base: string, step: Step, variables: Variables, accounts: Accounts, dialect: Dialect) {
  const line = fill(step.do, variables);
  const space = line.indexOf(" ");
  const headers: Record<string, string> = {
    accept: "application/json",
    ...(await accounts.headers(step.as ?? "admin", dialect)),
  };
  const body =
    step.raw !== undefined
      ? fill(step.raw, variables)
      : step.body !== undefined
        ? JSON.stringify(fill(step.body, variables))
        : undefined;
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    if (value === null) delete headers[name];
    else headers[name] = fill(value, variables);
  }
  if (step.raw === undefined && body !== undefined) headers["content-type"] ??= "application/json";
  const init: RequestInit = { method: line.slice(0, space), headers, redirect: "manual" };
  // fetch would give a string a content type of its own; bytes go out with none.
  if (body !== undefined) init.body = headers["content-type"] === undefined ? Buffer.from(body) : body;
  return { url: base + line.slice(space + 1), init };
}

async function once(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  return { status: answer.status, type, headers, json: parsed(text), text };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function arrived(step: Step, answer: Answer): boolean {
  return Object.entries(step.until ?? {}).every(([pointer, allowed]) =>
    allowed.includes(at(answer.json, pointer) as Json),
  );
}

/** An answer in the form of the recordings. */
export function asRecorded(answer: Answer, step: Step, around: Surroundings): RecordedAnswer {
  const recorded: { -readonly [K in keyof RecordedAnswer]: RecordedAnswer[K] } = {
    status: answer.status,
    type: answer.type,
  };
  if (Object.keys(answer.headers).length > 0)
    recorded.headers = normalise(answer.headers, around) as Record<string, string>;
  if (answer.json !== undefined) recorded.body = normalise(answer.json, around);
  else if (answer.text !== "") {
    recorded.text =
      step.keepText === true
        ? normaliseText(answer.text, around)
        : `<text of ${answer.text.length > 2000 ? "many" : "some"} characters>`;
  }
  return recorded;
}
