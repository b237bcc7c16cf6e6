/**
 * A server without any Dags that answers a replayer from the recordings themselves, one answer after the other, and spoils every
 * so many of them in a known way. With it, two replayers can be compared without a scheduler: they must find the same faults.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json, RecordedAnswer, Recording, Step } from "../src/replay/recording.ts";
import { at } from "../src/replay/variables.ts";

/** A running impostor. */
export interface Impostor {
  readonly base: string;
  readonly close: () => Promise<void>;
}

type Spoil = (answer: Materialised) => Materialised;
interface Materialised {
  status: number;
  type: string;
  headers: Record<string, string>;
  body: Json | undefined;
  text: string | undefined;
}

const SPOIL_EVERY = 2;

/** Starts an impostor that expects exactly the steps of `recordings`, in order. */
export async function startImpostor(recordings: readonly Recording[]): Promise<Impostor> {
  const queue = recordings.flatMap((recording) =>
    recording.scenarios.flatMap((scenario) => {
      const variables: Record<string, string> = {};
      return scenario.steps.map((step) => ({
        step,
        variables,
        recordedAt: recording.recordedAt ?? "2026-01-01T00:00:00Z",
      }));
    }),
  );
  let next = 0;
  let spoiled = 0;
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request);
    const base = `http://${request.headers.host ?? ""}`;
    // A replayer fetches its tokens with fetch's own Accept header, steps name theirs.
    if (request.url === "/auth/token" && request.headers.accept === "*/*") {
      response
        .writeHead(201, { "content-type": "application/json" })
        .end(JSON.stringify({ access_token: "eyJh.eyJz.c2ln" }));
      return;
    }
    const expected = queue[next];
    if (expected === undefined) {
      response.writeHead(599).end();
      return;
    }
    const { step, variables, recordedAt } = expected;
    learnUnique(step, `${request.method ?? ""} ${request.url ?? ""}\n${sent}`, variables);
    let answer = materialise(step, variables, recordedAt, base);
    if (step.quiet !== true && next % SPOIL_EVERY === 0) {
      const spoil = SPOILS[spoiled++ % SPOILS.length] as Spoil;
      answer = spoil(answer);
    }
    next++;
    const content = answer.body !== undefined ? JSON.stringify(answer.body) : answer.text;
    const bodiless = answer.status === 204 || answer.status === 304;
    response.writeHead(answer.status, {
      ...answer.headers,
      ...(answer.type === "" ? {} : { "content-type": answer.type }),
    });
    response.end(bodiless || request.method === "HEAD" ? undefined : content);
  }
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => {
          closed();
        });
      }),
  };
}

/** Ways to be wrong; applied in turn. */
const SPOILS: readonly Spoil[] = [
  (answer) => ({ ...answer, status: answer.status === 400 ? 422 : 400 }),
  (answer) => changeBody(answer, (body) => ({ ...body, surplus: 1 })),
  (answer) => changeBody(answer, (body) => Object.fromEntries(Object.entries(body).slice(1))),
  (answer) =>
    changeBody(answer, (body) => mapLeaves(body, (leaf) => (typeof leaf === "string" ? `${leaf} otherwise` : leaf))),
  (answer) => changeBody(answer, (body) => mapLeaves(body, (leaf) => (typeof leaf === "number" ? leaf + 1 : leaf))),
  (answer) => changeBody(answer, (body) => mapLeaves(body, (leaf) => (leaf === null ? "something" : leaf))),
  (answer) => changeBody(answer, (body) => mapLists(body, (list) => [...list].reverse())),
  (answer) => changeBody(answer, (body) => mapLists(body, (list) => list.slice(1))),
  (answer) => changeBody(answer, (body) => ({ ...body, windlass: { code: "spoiled" } })),
  (answer) => ({ ...answer, type: answer.type === "text/html" ? "application/json" : "text/html" }),
  (answer) => ({ ...answer, status: 401, type: "application/json", body: { detail: "who are you" } }),
  (answer) => ({ ...answer, status: 404, type: "application/json", body: { detail: "no such route" } }),
  (answer) => ({ ...answer, body: [], type: "application/json" }),
  (answer) => ({ ...answer, headers: { "www-authenticate": "Basic", location: "/elsewhere" } }),
  (answer) => ({ ...answer, status: 200, type: "application/json", body: {} }),
  (answer) => ({ ...answer, status: 409, type: "application/json", body: { detail: { reason: "taken" } } }),
  (answer) => ({
    ...answer,
    status: 403,
    type: "application/problem+json",
    body: { detail: null, status: 403, title: "Forbidden", type: "about:blank" },
  }),
];

function changeBody(answer: Materialised, change: (body: Record<string, Json>) => Record<string, Json>): Materialised {
  const { body } = answer;
  if (body === null || typeof body !== "object" || Array.isArray(body)) return answer;
  return { ...answer, body: change(body) };
}

function mapLeaves<T extends Json>(value: T, change: (leaf: Json) => Json): T {
  return walk(value, change, (list) => list) as T;
}

function mapLists<T extends Json>(value: T, change: (list: Json[]) => Json[]): T {
  return walk(value, (leaf) => leaf, change) as T;
}

function walk(value: Json, leaf: (value: Json) => Json, list: (value: Json[]) => Json[]): Json {
  if (Array.isArray(value)) return list(value.map((item) => walk(item, leaf, list)));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, leaf, list)]));
  }
  return leaf(value);
}

/** Finds the value that the replayer chose for {{uniq}} in a request. */
function learnUnique(step: Step, request: string, variables: Record<string, string>): void {
  if (variables["uniq"] !== undefined) return;
  const places = [step.do.split(" ")[1] ?? "", step.raw ?? "", JSON.stringify(step.body ?? "")];
  for (const place of places) {
    const before = /([^{}]*)\{\{uniq\}\}/.exec(place)?.[1];
    const found =
      before === undefined ? undefined : new RegExp(`${escaped(before)}([a-z0-9]{8,16})`).exec(request)?.[1];
    if (found !== undefined) variables["uniq"] = found;
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const REAL_THING: Readonly<Record<string, string>> = {
  "<uuid>": "01890a5d-ac96-774b-bcce-b302099a8057",
  "<jwt>": "eyJh.eyJz.c2ln",
  "<string>": "a text",
  "<moment>": "2025-01-01T00:00:00+00:00",
  "<path>": "/srv/somewhere/else",
};

function materialise(step: Step, variables: Record<string, string>, recordedAt: string, base: string): Materialised {
  const got: RecordedAnswer = step.got;
  const text = (value: string): string => {
    let real = value.replaceAll("<now>", recordedAt).replaceAll("<base>", base);
    for (const [mark, thing] of Object.entries(REAL_THING)) real = real.replaceAll(mark, thing);
    return real.replace(/\{\{(\w+)\}\}/g, (_mark, name: string) => (variables[name] ??= `saved-${name}`));
  };
  const body =
    got.body === undefined
      ? undefined
      : mapLeaves(got.body, (leaf) => (leaf === "<number>" ? 7 : typeof leaf === "string" ? text(leaf) : leaf));
  for (const [name, pointer] of Object.entries(step.save ?? {})) {
    const saved = at(body, pointer);
    if (typeof saved === "string") variables[name] = saved;
  }
  const headers = Object.fromEntries(Object.entries(got.headers ?? {}).map(([name, value]) => [name, text(value)]));
  return {
    status: got.status,
    type: got.type ?? "",
    headers,
    body,
    text: got.text === undefined ? undefined : text(got.text),
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
