import { afterEach, describe, expect, it, vi } from "vitest";
import { send } from "./client.ts";
import { RefusedError } from "./refusal.ts";
import { path, target } from "./request.ts";

afterEach(() => vi.unstubAllGlobals());

async function refusedBy(response: Response): Promise<RefusedError> {
  vi.stubGlobal("fetch", async () => response);
  const error = await send({ method: "GET", path: "/api/v2/dags" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RefusedError);
  return error as RefusedError;
}

describe("the client", () => {
  it("encodes what stands in a path and repeats lists in the query", () => {
    expect(path`/api/v2/dags/${"a/b c'"}/x`).toBe("/api/v2/dags/a%2Fb%20c'/x");
    expect(target({ path: "/x", query: { tags: ["a", "b&c"], none: undefined, empty: "", paused: false } })).toBe(
      "/x?tags=a&tags=b%26c&paused=false",
    );
  });

  it("reads the explanation beside Airflow's body, with all further reasons", async () => {
    const error = await refusedBy(
      Response.json(
        {
          detail: "Forbidden",
          windlass: {
            code: "permission.missing",
            summary: "S",
            reason: "R",
            fix: "F",
            missing: ["can_edit on DAGs"],
            requestId: "id",
            also: [{ code: "params.missing", summary: "S2", reason: "R2", fix: "F2" }],
          },
        },
        { status: 403, headers: { "x-request-id": "id" } },
      ),
    );
    expect(error.refusals.map(({ code }) => code)).toEqual(["permission.missing", "params.missing"]);
    expect(error).toMatchObject({ status: 403, requestId: "id" });
  });

  it("reads the native shape", async () => {
    const error = await refusedBy(
      Response.json(
        { refusal: { code: "dag.unknown", summary: "S", reason: "R", fix: "F" }, also: [], request_id: "n" },
        { status: 404, headers: { "x-request-id": "n" } },
      ),
    );
    expect(error).toMatchObject({ refusals: [{ code: "dag.unknown" }], requestId: "n" });
  });

  it("says something useful where a foreign server answers", async () => {
    const error = await refusedBy(new Response("<html>bad gateway</html>", { status: 502 }));
    expect(error.refusals[0].code).toBe("http.502");
  });

  it("tells apart that no answer came", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    await expect(send({ method: "GET", path: "/x" })).rejects.toMatchObject({
      status: 0,
      refusals: [{ code: "ui.unreachable" }],
    });
  });

  it("hands over the warnings of an allowed answer", async () => {
    vi.stubGlobal("fetch", async () =>
      Response.json({
        dag_run_id: "r",
        windlass: {
          warnings: [
            {
              code: "dag.paused",
              summary: "Paused.",
              fix: "Unpause.",
              offer: { method: "PATCH", path: "/x", body: { is_paused: false } },
            },
          ],
        },
      }),
    );
    const { warnings } = await send({ method: "POST", path: "/x", body: {} });
    expect(warnings).toEqual([
      {
        code: "dag.paused",
        summary: "Paused.",
        fix: "Unpause.",
        offer: { method: "PATCH", path: "/x", body: { is_paused: false } },
      },
    ]);
  });
});
