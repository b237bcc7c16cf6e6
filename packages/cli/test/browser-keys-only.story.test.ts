import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../test-support/until.ts";
import { ADMIN_PASSWORD, startUp, temporaryFolder, type UpProcess } from "../test-support/up-process.ts";
import { copiedText, signIn, watchedBrowser, type WatchedBrowser } from "../test-support/watched-browser.ts";

const run = promisify(execFile);
const dagsFolder = fileURLToPath(new URL("./dags", import.meta.url));
const program = process.env.WINDLASS_CHROMIUM ?? "";

/*
 * Seed case 5 as browser steps: where the APIs take keys only, the refusal of Basic names the policy, and the way that it names is gone in the
 * browser: a key is made, the refused request is copied, and with the key it succeeds.
 */
describe.skipIf(program === "")("API keys only, in a browser (Chromium)", () => {
  const folder = temporaryFolder();
  let up: UpProcess | undefined;
  let browser: WatchedBrowser | undefined;

  beforeAll(async () => {
    const env = { WINDLASS__API__API_KEYS_ONLY: "true" };
    up = await startUp({ dagsFolder, dataFolder: join(folder.path, "data"), env });
    browser = await watchedBrowser({ program, url: up.url, key: up.key });
  });

  afterAll(async () => {
    await browser?.close();
    await up?.stop();
    await folder.remove();
  });

  it("Basic is refused by the policy, and its request succeeds with a key made as the fix says", async () => {
    if (up === undefined || browser === undefined) throw new TypeError("not started");
    const { url, key } = up;
    await until(
      async () =>
        (await fetch(`${url}/api/v2/dags/needs_nothing`, { headers: { authorization: `Bearer ${key}` } })).status ===
        200,
    );
    const refused = await fetch(`${url}/api/v1/dags/needs_nothing/dagRuns`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`admin:${ADMIN_PASSWORD}`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ run_id: "my_run" }),
    });
    expect(refused.status).toBe(401);
    const { windlass } = (await refused.json()) as { windlass: { code: string; requestId: string; fix: string } };
    expect(windlass.code).toBe("policy.api_keys_only");

    const page = await browser.open();
    await page.goto(`${url}/keys`);
    await signIn(page, "admin", ADMIN_PASSWORD);
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("Name", { exact: true }).fill("script");
    await page.getByRole("button", { name: "Create key" }).click();
    const made = await page.getByLabel("Token").inputValue();
    await page.getByRole("button", { name: "Done" }).click();

    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Refused" }).click();
    await page.getByRole("link", { name: `Details of ${windlass.requestId}` }).click();
    const drawer = page.getByRole("dialog", { name: "Refused request" });
    await drawer.getByText("policy.api_keys_only").first().waitFor();
    await drawer.getByRole("button", { name: "Copy curl" }).click();
    const copied = await copiedText(page);
    const { stdout } = await run("sh", ["-c", copied], { env: { PATH: process.env.PATH, WINDLASS_API_KEY: made } });
    expect(JSON.parse(stdout)).toMatchObject({ dag_id: "needs_nothing", dag_run_id: "my_run" });

    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
    await page.getByRole("row").filter({ hasText: "my_run" }).getByText("success").waitFor();
    expect(browser.faults()).toEqual([]);
  });
});
