// A real browser, and windows in it that notice what a page should not do: ask strangers, or complain in its log.
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** No sandbox as root; the rest keeps the browser from talking to its maker. */
const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts the system's Chromium, or the one of an npm package where the system has none, on a profile of its own.
 * `more` are further arguments of Chromium, a camera that plays a file for example.
 */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  const installed = systemChromium();
  if (installed !== null) return launch(installed, more);
  const directory = mkdtempSync(join(tmpdir(), "huiyin-chromium-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    const browser = await launch(await packagedChromium(directory), more);
    browser.on("disconnected", remove);
    return browser;
  } catch (error) {
    remove();
    throw error;
  }
}

function launch(executablePath: string, more: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...browserArguments, ...more], headless: true });
}

/** HUIYIN_CHROMIUM=packaged passes the system's over. */
function systemChromium(): string | null {
  if (process.env["HUIYIN_CHROMIUM"] === "packaged") return null;
  const folders = ["/usr/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const candidates = folders.flatMap((folder) => [
    join(folder, "chromium"),
    join(folder, "chromium-browser"),
  ]);
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The package unpacks itself into the temporary directory, where another user's may lie: it gets one of its own. */
async function packagedChromium(directory: string): Promise<string> {
  const usual = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    return await packaged.executablePath();
  } finally {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
  }
}

export type Screen = "phone" | "desktop";
export type Language = "zh" | "en";

const screens = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
} as const;

export type Window = Readonly<{
  page: Page;
  context: BrowserContext;
  /** What the page did that it should not: sentences, empty when all is well. */
  complaints: readonly string[];
  /** From now on the browser's log may say this: a failure that the story brings about on purpose. Null: nothing. */
  mayLog(expected: RegExp | null): void;
}>;

export type WindowWish = Readonly<{
  screen: Screen;
  language: Language;
  /** The only origins that the page may ask. */
  origins: readonly string[];
}>;

/** Opens a window of its own: no cookie and no storage is shared with another. */
export async function openWindow(browser: Browser, wish: WindowWish): Promise<Window> {
  const context = await browser.newContext({
    ...screens[wish.screen],
    locale: wish.language === "zh" ? "zh-CN" : "en-GB",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
  });
  const complaints: string[] = [];
  let allowed: RegExp | null = null;
  context.on("request", (request) => {
    const url = new URL(request.url());
    const own = ["data:", "blob:"].includes(url.protocol) || wish.origins.includes(url.origin);
    if (!own) complaints.push(`asked ${url.origin} for ${url.pathname}`);
  });
  context.on("weberror", (error) => complaints.push(`threw ${String(error.error())}`));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("websocket", (socket) => {
    const origin = new URL(socket.url()).origin.replace(/^ws/, "http");
    if (!wish.origins.includes(origin)) complaints.push(`opened a socket to ${origin}`);
  });
  page.on("console", (message) => {
    const said = `logged ${message.text()} (${message.location().url})`;
    if (message.type() === "error" && allowed?.test(said) !== true) complaints.push(said);
  });
  return { page, context, complaints, mayLog: (expected) => void (allowed = expected) };
}
