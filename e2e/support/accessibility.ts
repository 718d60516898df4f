// A smoke test of what a screen reader and a keyboard need: names, a language, a heading, an order.
import type { Page } from "playwright-core";

/** What is missing on the page as it is now; empty when nothing is. */
export function accessibilityProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const visible = (element: Element): boolean =>
      element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
    const nameOf = (element: Element): string => {
      const labelledBy = (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
      const parts = labelledBy.map((id) => document.getElementById(id)?.textContent ?? "");
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
          ? [...(element.labels ?? [])].map((label) => label.textContent)
          : [];
      const own =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
          ? ""
          : element.textContent;
      const alt = element.querySelector("img[alt], svg[aria-label]");
      return [
        ...parts,
        element.getAttribute("aria-label"),
        ...labels,
        own,
        alt?.getAttribute("alt") ?? alt?.getAttribute("aria-label"),
        element.getAttribute("title"),
      ]
        .join("")
        .trim();
    };
    const acts =
      "button, a[href], input:not([type=hidden]), select, textarea, [role=switch], [role=button], [role=dialog]";
    for (const element of document.querySelectorAll(acts)) {
      if (visible(element) && nameOf(element) === "")
        problems.push(`without a name: ${element.outerHTML.slice(0, 160)}`);
    }
    for (const image of document.querySelectorAll("img:not([alt])"))
      problems.push(`picture without a text: ${image.outerHTML.slice(0, 160)}`);
    for (const element of document.querySelectorAll("[tabindex]")) {
      if (Number(element.getAttribute("tabindex")) > 0)
        problems.push(`out of order: ${element.outerHTML.slice(0, 160)}`);
    }
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
      problems.push(`id twice: ${id}`);
    if (!/^(zh|en)/.test(document.documentElement.lang)) problems.push("the page names no language");
    if (document.title.trim() === "") problems.push("the page has no title");
    if (![...document.querySelectorAll("h1, h2")].some(visible)) problems.push("no heading is visible");
    const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (overflow > 1) problems.push(`${overflow} px wider than the window`);
    return problems;
  });
}
