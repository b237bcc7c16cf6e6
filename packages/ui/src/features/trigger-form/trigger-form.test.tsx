import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DagDetails } from "../../api/types/dag.ts";
import { TriggerForm } from "./trigger-form.tsx";

const dag = {
  dag_id: "required_param",
  is_paused: false,
  params: {
    name: { schema: { type: "string", minLength: 1, title: "Name" }, value: null, description: "Whom to greet" },
    count: { schema: { type: "integer", minimum: 1, maximum: 10 }, value: 3, description: null },
  },
} as unknown as DagDetails;

interface Sent {
  readonly url: string;
  readonly body: unknown;
}

let sent: Sent[];
let answer: (url: string) => Response;

beforeEach(() => {
  sent = [];
  answer = () => Response.json({ allowed: true, status: 200, warnings: [], refusals: [] });
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }));
  // Asked by the growing text areas, missing in happy-dom.
  Object.defineProperty(document, "fonts", {
    configurable: true,
    value: { addEventListener: () => undefined, removeEventListener: () => undefined },
  });
  // The network is the edge: what the form sends is recorded there.
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(init.body as string) });
    return answer(url);
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function setup(shown: DagDetails = dag) {
  const triggered: unknown[] = [];
  const root = createRootRoute({
    component: () => <TriggerForm dag={shown} begin={{}} onTriggered={(run) => triggered.push(run)} />,
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByRole("form");
  return { triggered, posts: () => sent.filter(({ url }) => url.endsWith("/dagRuns")) };
}

function previewed(): unknown {
  const text = screen.getByTestId("request-preview").textContent ?? "";
  return JSON.parse(/--data-raw '(.*)'/s.exec(text)![1]!.replaceAll(`'\\''`, "'"));
}

describe("the trigger form", () => {
  it("sends the very body that its preview shows, by button and by Ctrl+Enter", async () => {
    const { posts, triggered } = await setup();
    answer = (url) => Response.json(url.endsWith("/check") ? { allowed: true } : { dag_run_id: "r" });
    fireEvent.change(screen.getByRole("textbox", { name: "Name" }), { target: { value: 'Ada\'s "friend"' } });
    const shown = previewed();
    fireEvent.click(screen.getByRole("button", { name: "Trigger" }));
    await waitFor(() => expect(triggered).toHaveLength(1));
    fireEvent.keyDown(screen.getByRole("textbox", { name: "Name" }), { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(triggered).toHaveLength(2));
    expect(posts().map(({ body }) => body)).toEqual([shown, shown]);
    expect(shown).toEqual({ logical_date: null, conf: { name: 'Ada\'s "friend"', count: 3 } });
  });

  it("leaves a needed param out of the body instead of sending an empty text, and shows the server's reason at the field", async () => {
    const { posts } = await setup();
    answer = (url) =>
      url.endsWith("/check")
        ? Response.json({ allowed: true })
        : Response.json(
            {
              detail: "x",
              windlass: {
                code: "params.missing",
                summary: "A required param has no value",
                reason: "The param name has no value.",
                fix: "Give one.",
                pointer: "/conf/name",
                requestId: "id-1",
              },
            },
            { status: 400 },
          );
    fireEvent.click(screen.getByRole("button", { name: "Trigger" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The param name has no value.");
    expect(alert.textContent).toContain("id-1");
    expect(posts()[0]!.body).toEqual({ logical_date: null, conf: { count: 3 } });
    expect(screen.getByRole("textbox", { name: "Name" }).getAttribute("aria-invalid")).toBe("true");
  });

  it("sends nothing while a field holds text that is no value", async () => {
    const { posts } = await setup();
    fireEvent.change(screen.getByRole("textbox", { name: "count" }), { target: { value: "three" } });
    fireEvent.click(screen.getByRole("button", { name: "Trigger" }));
    await screen.findByRole("alert");
    expect(posts()).toEqual([]);
  });

  it("shows the fields' values as JSON, and takes JSON back into the fields", async () => {
    await setup();
    fireEvent.click(screen.getByRole("radio", { name: "JSON" }));
    const json = screen.getByRole("textbox", { name: "Conf as JSON" });
    expect(JSON.parse((json as HTMLTextAreaElement).value)).toEqual({ count: 3 });
    fireEvent.change(json, { target: { value: '{"name": "Grace", "count": 7, "more": [1]}' } });
    fireEvent.click(screen.getByRole("radio", { name: "Fields" }));
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Name" }).value).toBe("Grace");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "count" }).value).toBe("7");
    expect(previewed()).toEqual({ logical_date: null, conf: { name: "Grace", count: 7, more: [1] } });
  });

  it("offers to unpause a paused Dag, and then shows and sends that request first", async () => {
    await setup({ ...dag, is_paused: true });
    answer = (url) => Response.json(url.endsWith("/check") ? { allowed: true } : { dag_run_id: "r" });
    fireEvent.change(screen.getByRole("textbox", { name: "Name" }), { target: { value: "Ada" } });
    fireEvent.click(screen.getByRole("checkbox", { name: "Unpause required_param as well" }));
    expect(screen.getByTestId("request-preview").textContent).toContain("PATCH");
    fireEvent.click(screen.getByRole("button", { name: "Trigger" }));
    await waitFor(() =>
      expect(sent.filter(({ url }) => !url.endsWith("/check")).map(({ url }) => url)).toEqual([
        "/api/v2/dags/required_param?update_mask=is_paused",
        "/api/v2/dags/required_param/dagRuns",
      ]),
    );
  });
});
