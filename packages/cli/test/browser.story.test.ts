import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../test-support/until.ts";
import { ADMIN_PASSWORD, startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";
import { copiedText, signIn, watchedBrowser, type WatchedBrowser } from "../test-support/watched-browser.ts";

const run = promisify(execFile);
const dagsFolder = fileURLToPath(new URL("./dags", import.meta.url));
const program = process.env.WINDLASS_CHROMIUM ?? "";
const VIEWER_PASSWORD = "a viewer's password for tests";

/*
 * The story of a person at the web page, in a real Chromium with a real `windlass up`. Throughout, the browser is watched (see watchedBrowser);
 * what it saw is judged at the end.
 */
describe.skipIf(program === "")("the web page in a browser (Chromium)", () => {
  const folder = temporaryFolder();
  let up: UpProcess;
  let browser: WatchedBrowser;
  let admin: Page;
  let viewer: Page;
  /** Made in the browser, used in the shell. */
  let apiKey = "";
  let refusedId = "";

  async function ask(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(up.url + path, {
      method,
      headers: { authorization: `Bearer ${up.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.json();
  }

  async function succeeds(dagId: string, runId: string): Promise<void> {
    await until(async () => {
      const { state } = await ask("GET", `/api/v2/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`);
      expect(state).not.toBe("failed");
      return state === "success";
    });
  }

  const stateOf = (page: Page) => page.getByRole("status", { name: "State of the run" });
  const preview = (page: Page) => page.getByTestId("request-preview");

  async function openTriggerForm(page: Page, dagId: string): Promise<void> {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Dags" }).click();
    await page.getByRole("link", { name: `Trigger ${dagId}` }).click();
    await page.getByRole("form", { name: `Trigger ${dagId}` }).waitFor();
  }

  beforeAll(async () => {
    up = await startUp({ dagsFolder, dataFolder: join(folder.path, "data") });
    await until(async () => (await ask("GET", "/api/v2/dags/required_param")).dag_id === "required_param");
    await ask("POST", "/api/windlass/v1/users", { user_name: "viv", password: VIEWER_PASSWORD, roles: ["Viewer"] });
    browser = await watchedBrowser({
      program,
      url: up.url,
      key: up.key,
      screenshots: process.env.WINDLASS_SCREENSHOTS,
    });
    admin = await browser.open();
    viewer = await browser.open();
  });

  afterAll(async () => {
    await browser?.close();
    await up?.stop();
    await folder.remove();
  });

  it("seed case 1: a wrong password at sign-in is told with its reason, the right one leads in", async () => {
    await admin.goto(up.url);
    await admin.waitForURL("**/login");
    await browser.screen(admin, "sign-in");
    await signIn(admin, "admin", "wrong");
    const notice = admin.getByRole("alert");
    await notice.getByText("credentials.wrong").waitFor();
    await browser.screen(admin, "sign-in-refused");
    await signIn(admin, "admin", ADMIN_PASSWORD);
    await admin.getByRole("navigation", { name: "Main" }).waitFor();
    await browser.screen(admin, "home");
  });

  it("makes an API key and shows its token once", async () => {
    await admin.getByRole("link", { name: "Keys" }).click();
    await admin.getByRole("button", { name: "New API key" }).click();
    await admin.getByLabel("Name", { exact: true }).fill("shell");
    await browser.screen(admin, "new-api-key");
    await admin.getByRole("button", { name: "Create key" }).click();
    apiKey = await admin.getByLabel("Token").inputValue();
    expect(apiKey).toMatch(/^windlass_p_/);
    await browser.screen(admin, "api-key-made");
    await admin.getByRole("button", { name: "Done" }).click();
    await admin.getByRole("cell", { name: "shell", exact: true }).waitFor();
    expect(await admin.content()).not.toContain(apiKey);
    await browser.screen(admin, "api-keys");
  });

  it("seed case 2: a missing param is refused with the reason at its field", async () => {
    await openTriggerForm(admin, "required_param");
    await browser.screen(admin, "trigger");
    await admin.getByRole("button", { name: "Trigger", exact: true }).click();
    const field = admin.getByLabel("Name", { exact: false }).first();
    await until(async () => (await field.getAttribute("aria-invalid")) === "true");
    const described = (await field.getAttribute("aria-describedby")) ?? "";
    const ids = described.split(/\s+/).filter((id) => id.endsWith("error"));
    const reasons = await Promise.all(ids.map((id) => admin.locator(`[id="${id}"]`).textContent()));
    expect(reasons).toEqual([expect.stringContaining("name")]);
    await admin.getByRole("alert").getByText("params.missing").waitFor();
    await browser.screen(admin, "trigger-refused");
  });

  it("mended, the same form makes a run that is watched to its end without a reload", async () => {
    const gate = join(folder.path, "gate");
    await admin.getByLabel("Name", { exact: false }).first().fill("Ada");
    await admin.getByLabel("gate").fill(gate);
    await until(async () => (await preview(admin).textContent())?.includes("Ada") === true);
    await admin.evaluate("window.stayed = true");
    await admin.getByRole("button", { name: "Trigger", exact: true }).click();
    await admin.waitForURL("**/dags/required_param/runs/*");
    await stateOf(admin)
      .getByText(/running/i)
      .waitFor();
    await browser.screen(admin, "run-running");
    writeFileSync(gate, "");
    await stateOf(admin)
      .getByText(/success/i)
      .waitFor();
    expect(await admin.evaluate("window.stayed")).toBe(true);
    await browser.screen(admin, "run");
  });

  it("shows the log of its task", async () => {
    await admin.getByRole("link", { name: "Log of greet" }).click();
    await admin.getByRole("log", { name: "Log lines" }).getByText("greeting Ada 3 times").waitFor();
    await admin.getByText("The attempt is over.").waitFor();
    await browser.screen(admin, "log");
  });

  it("shows an error with its stack in the log, no line over another", async () => {
    await ask("POST", "/api/v2/dags/fails/dagRuns", { dag_run_id: "failing", logical_date: null });
    await admin.goto(`${up.url}/dags/fails/runs/failing/tasks/boom`);
    const log = admin.getByRole("log", { name: "Log lines" });
    await log
      .getByText(/at .*story\.ts:\d+/)
      .first()
      .waitFor();
    await admin.getByText("The attempt is over.").waitFor();
    await browser.screen(admin, "log-error");
    const boxes = await Promise.all((await log.locator(".log-line").all()).map((line) => line.boundingBox()));
    const lines = boxes.filter((box) => box !== null).sort((a, b) => a.y - b.y);
    expect(lines.length).toBeGreaterThan(2);
    lines.slice(1).forEach((line, above) => {
      const before = lines[above];
      expect(line.y).toBeGreaterThanOrEqual((before?.y ?? 0) + (before?.height ?? 0) - 1);
    });
  });

  it("seed case 4: a click makes the run that its preview shows, by the same decision as a call", async () => {
    await openTriggerForm(admin, "needs_nothing");
    await admin.getByLabel("Run id").fill("clicked");
    await until(async () => (await preview(admin).textContent())?.includes('"clicked"') === true);
    const shown = /--data-raw '(.*)'/.exec((await preview(admin).textContent()) ?? "")?.[1] ?? "";
    const sent = admin.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/dagRuns"));
    await admin.getByRole("button", { name: "Trigger", exact: true }).click();
    expect((await sent).postData()).toBe(shown);
    await stateOf(admin)
      .getByText(/success/i)
      .waitFor();

    const called = await ask("POST", "/api/v2/dags/needs_nothing/dagRuns", {
      dag_run_id: "called",
      logical_date: null,
    });
    expect(called.dag_run_id).toBe("called");
    await succeeds("needs_nothing", "called");
    const [byClick, byCall] = await Promise.all(
      ["clicked", "called"].map((id) => ask("GET", `/api/v2/dags/needs_nothing/dagRuns/${id}`)),
    );
    expect([byClick.triggered_by, byCall.triggered_by]).toEqual(["ui", "rest_api"]);
    for (const member of ["state", "run_type", "triggering_user_name", "conf", "logical_date"]) {
      expect([member, byClick[member]]).toEqual([member, byCall[member]]);
    }
  });

  it("a run id that is taken is refused at its field, as the API does", async () => {
    await openTriggerForm(admin, "needs_nothing");
    await admin.getByLabel("Run id").fill("clicked");
    await admin.getByRole("button", { name: "Trigger", exact: true }).click();
    const byCall = await ask("POST", "/api/v2/dags/needs_nothing/dagRuns", {
      dag_run_id: "clicked",
      logical_date: null,
    });
    await admin.getByRole("alert").getByText(byCall.windlass.code).waitFor();
    await until(async () => (await admin.getByLabel("Run id").getAttribute("aria-invalid")) === "true");
  });

  it("a paused Dag warns a click as it warns a call, with the offer to unpause, and unpaused the run finishes", async () => {
    const byCall = await ask("POST", "/api/v2/dags/sleeping/dagRuns", { dag_run_id: "waiting", logical_date: null });
    const [warning] = byCall.windlass.warnings;
    expect(warning.code).toContain("paused");
    await openTriggerForm(admin, "sleeping");
    const notice = admin.getByRole("status").filter({ hasText: "paused" });
    await until(async () => plain(await notice.first().textContent()).includes(plain(warning.summary)));
    const offer = notice.getByLabel("Unpause sleeping as well");
    await browser.screen(admin, "trigger-paused");
    await offer.check();
    await admin.getByRole("button", { name: "Trigger", exact: true }).click();
    await admin.waitForURL("**/dags/sleeping/runs/*");
    await stateOf(admin)
      .getByText(/success/i)
      .waitFor();
    await succeeds("sleeping", "waiting");
  });

  it("a viewer's click is refused with 403 at the control: what is missing, and the request's id", async () => {
    await viewer.goto(`${up.url}/dags`);
    await signIn(viewer, "viv", VIEWER_PASSWORD);
    await viewer.getByRole("link", { name: "Trigger required_param" }).click();
    await viewer.getByLabel("Name", { exact: false }).first().fill("Viv");
    const answered = viewer.waitForResponse(
      (answer) => answer.request().method() === "POST" && answer.url().endsWith("/dagRuns"),
    );
    await viewer.getByRole("button", { name: "Trigger", exact: true }).click();
    const answer = await answered;
    expect(answer.status()).toBe(403);
    const { windlass } = (await answer.json()) as { windlass: { code: string; reason: string; requestId: string } };
    refusedId = windlass.requestId;
    const notice = viewer.getByRole("alert");
    await notice.getByText(refusedId).waitFor();
    expect(plain(await notice.textContent())).toContain(plain(windlass.reason));
    await browser.screen(viewer, "viewer-refused");
  });

  it("the admin finds it among the refused requests, and the corrected request, copied as curl, succeeds in a shell", async () => {
    await admin.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Refused" }).click();
    await browser.screen(admin, "refused");
    await admin.getByRole("link", { name: `Details of ${refusedId}` }).click();
    const drawer = admin.getByRole("dialog", { name: "Refused request" });
    await drawer.getByText("viv").first().waitFor();
    await browser.screen(admin, "refused-detail");
    await drawer.getByRole("button", { name: "Copy curl" }).click();
    const copied = await copiedText(admin);
    expect(copied).toMatch(/^curl /);
    const { stdout } = await run("sh", ["-c", copied], { env: { PATH: process.env.PATH, WINDLASS_API_KEY: apiKey } });
    const made = JSON.parse(stdout) as { dag_id: string; dag_run_id: string; conf: unknown };
    expect(made).toMatchObject({ dag_id: "required_param", conf: { name: "Viv" } });
    await succeeds("required_param", made.dag_run_id);
    await admin.keyboard.press("Escape");
  });

  it("the run made by the shell is there without a reload", async () => {
    await admin.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Dags" }).click();
    await browser.screen(admin, "dags");
    await admin.getByRole("link", { name: "required_param", exact: true }).click();
    await admin.getByRole("navigation", { name: "Parts of the Dag" }).getByRole("link", { name: "Runs" }).click();
    await until(async () => (await admin.getByRole("row").count()) === 3);
    await browser.screen(admin, "dag-runs");
    await ask("POST", "/api/v2/dags/required_param/dagRuns", {
      dag_run_id: "while_looking",
      logical_date: null,
      conf: { name: "Bob" },
    });
    await admin.getByRole("link", { name: "while_looking" }).waitFor();
  });

  it.each([
    ["dag", "/dags/required_param"],
    ["dag-tasks", "/dags/required_param?tab=tasks"],
    ["dag-code", "/dags/required_param?tab=code"],
    ["dag-details", "/dags/required_param?tab=details"],
    ["run-launch", "/dags/required_param/runs/while_looking?tab=launch"],
    ["task-xcom", "/dags/required_param/runs/while_looking/tasks/greet?tab=xcom"],
    ["task-details", "/dags/required_param/runs/while_looking/tasks/greet?tab=details"],
    ["runs", "/runs"],
    ["connections", "/admin/connections"],
    ["variables", "/admin/variables"],
    ["pools", "/admin/pools"],
    ["users", "/admin/users"],
    ["reference", "/reference"],
    ["not-found", "/nowhere"],
  ])("the screen %s opens by its URL", async (name, path) => {
    await admin.goto(up.url + path);
    await admin.getByRole("heading", { level: 1 }).first().waitFor();
    await until(async () => (await admin.locator(".skeleton").count()) === 0);
    await browser.screen(admin, name);
  });

  it("the watch sees what it is there for", async () => {
    const watch = await watchedBrowser({ program, url: up.url, key: up.key });
    try {
      const page = await watch.open();
      await page.goto(up.url);
      await page.getByLabel("User name").waitFor();
      await page.evaluate(`(async () => {
        console.error("something broke");
        await fetch("/api/v2/unpublished").catch(() => undefined);
        await fetch("https://elsewhere.example/").catch(() => undefined);
        document.querySelector("label").remove();
      })()`);
      await watch.screen(page, "broken");
      await until(async () =>
        Promise.resolve(watch.faults().some((each) => each.startsWith("console: CSP: connect-src"))),
      );
      expect(watch.faults()).toEqual(
        expect.arrayContaining([
          "console: something broke",
          "in no OpenAPI document: GET /api/v2/unpublished",
          expect.stringMatching(/^axe, broken, light: label/),
        ]),
      );
    } finally {
      await watch.close();
    }
  });

  it("throughout: no console error, no CSP report, no other origin, only published operations, no serious finding of axe", () => {
    expect(browser.checkedRequests()).toBeGreaterThan(50);
    expect(browser.faults()).toEqual([]);
  });
});

/** Text without the marks of code and with single spaces. */
function plain(text: string | null): string {
  return (text ?? "").replaceAll("`", "").replace(/\s+/g, " ").trim();
}
