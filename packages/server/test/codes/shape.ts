import type { Dialect } from "@windlass/contract";
import { expect } from "vitest";
import type { Answer } from "./world.ts";

/** What every dialect tells of a refusal. */
export interface ToldRefusal {
  readonly code: string;
  readonly summary: string;
  readonly reason: string;
  readonly fix: string;
  readonly requestId: string;
}

/** Reads a refusal out of an answer, and checks that it has the dialect's shape. */
export function refusalIn(dialect: Dialect, answer: Answer): ToldRefusal {
  const type = String(answer.headers["content-type"]);
  expect(type, answer.text).toContain(dialect === "v1" ? "application/problem+json" : "application/json");
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  if (dialect === "native") {
    expect(Object.keys(body).sort()).toEqual(["also", "refusal", "request_id"]);
    return { ...(body.refusal as ToldRefusal), requestId: String(body.request_id) };
  }
  if (dialect === "v1") {
    expect(Object.keys(body).sort()).toEqual(["detail", "status", "title", "type", "windlass"]);
    expect(body.status).toBe(answer.status);
    expect(body.type).toMatch(/^https:\/\/|^about:blank$/);
  } else {
    // Airflow 3's router says `error`, everything behind it `detail`.
    const said = Object.keys(body).filter((name) => name !== "windlass");
    expect(["detail", "error"], answer.text).toEqual(expect.arrayContaining(said));
    expect(said).toHaveLength(1);
  }
  return body.windlass as ToldRefusal;
}
