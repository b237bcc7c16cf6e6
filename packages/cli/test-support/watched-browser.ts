import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { servedOperations } from "./openapi-paths.ts";

// Without these Chromium calls home, which the watch would take for the page's doing.
const ARGUMENTS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
// What runs in a page is text here: the sources of this package know no `document`.
const REPORT_CSP = `document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
  console.error("CSP: " + effectiveDirective + " forbids " + blockedURI + " " + sourceFile + ":" + lineNumber);
});`;
const THEMES = ["light", "dark"] as const;

/** A browser whose every page is watched for what must never be. */
export interface WatchedBrowser {
  /** A page in a context of its own, as another person's browser. */
  open(): Promise<Page>;
  /** Looks at a screen with axe in both themes; what is serious or critical becomes a fault. */
  screen(page: Page, name: string): Promise<void>;
  /**
   * What was seen so far and must not be: console errors, CSP reports, requests to another origin, requests that no OpenAPI document has, and
   * findings of axe.
   */
  faults(): readonly string[];
  /** Requests to the API that were held against the documents. */
  checkedRequests(): number;
  close(): Promise<void>;
}

/**
 * Starts Chromium for an installation.
 * @param screenshots folder for a picture of each screen in both themes; none are made without it
 */
export async function watchedBrowser(options: {
  readonly program: string;
  readonly url: string;
  readonly key: string;
  readonly screenshots?: string | undefined;
}): Promise<WatchedBrowser> {
  const { url, screenshots } = options;
  const isOperation = await servedOperations(url, options.key);
  const browser: Browser = await chromium.launch({ executablePath: options.program, args: ARGUMENTS });
  const faults: string[] = [];
  let checked = 0;
  if (screenshots !== undefined) mkdirSync(screenshots, { recursive: true });

  const watch = async (context: BrowserContext): Promise<void> => {
    await context.addInitScript({ content: REPORT_CSP });
    context.on("console", (message) => {
      const text = message.text();
      // The browser's own note of a refused call; that one is refused is part of the story.
      if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(text)) return;
      if (message.type() === "error") faults.push(`console: ${text}`);
    });
    context.on("weberror", (error) => faults.push(`thrown: ${error.error().stack ?? error.error().message}`));
    context.on("request", (request) => {
      const at = new URL(request.url());
      if (at.protocol === "data:" || at.protocol === "blob:" || at.href === "about:blank") return;
      if (at.origin !== url) return void faults.push(`another origin: ${at.href}`);
      if (!/^\/(api|auth)\//.test(at.pathname)) return;
      checked += 1;
      if (!isOperation(request.method(), at.pathname))
        faults.push(`in no OpenAPI document: ${request.method()} ${at.pathname}`);
    });
  };

  return {
    async open() {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        permissions: ["clipboard-read", "clipboard-write"],
        reducedMotion: "reduce",
      });
      context.setDefaultTimeout(30_000);
      await watch(context);
      return context.newPage();
    },
    async screen(page, name) {
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
        for (const { id, impact, nodes } of violations) {
          if (impact !== "serious" && impact !== "critical") continue;
          for (const node of nodes) {
            faults.push(
              `axe, ${name}, ${colorScheme}: ${id} at ${node.target.join(" ")}: ${node.failureSummary ?? ""}\n${node.html}`,
            );
          }
        }
      }
      await page.emulateMedia({ colorScheme: "light" });
    },
    faults: () => faults,
    checkedRequests: () => checked,
    close: () => browser.close(),
  };
}

/** Fills and sends the form of the sign-in page. */
export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What a person would paste now. */
export async function copiedText(page: Page): Promise<string> {
  return page.evaluate<string>("navigator.clipboard.readText()");
}
