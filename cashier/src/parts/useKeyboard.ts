// The keyboard of the till: figures, Enter and Escape of a person, and the bursts of a USB scanner.
import { useEffect } from "react";
import { amountKeys } from "../amount.ts";
import type { Checkout } from "../checkout.ts";
import type { FlowEvent } from "../flowModel.ts";
import { newScan } from "../scan.ts";
import { codeOf, noBurst, read } from "../scanner.ts";

const events: ReadonlyMap<string, FlowEvent> = new Map<string, FlowEvent>([
  ...amountKeys.map((key) => [key, { kind: "key", key }] as const),
  ["Backspace", { kind: "erase" }],
  ["Delete", { kind: "clear" }],
  ["Enter", { kind: "submit" }],
  ["Escape", { kind: "back" }],
]);

/**
 * Listens on the whole page while it is shown. Fields keep their own keys, and while a dialog is open nothing reaches the
 * till, wherever the focus went: a manager's code must not appear as an amount behind it.
 */
export function useKeyboard({ dispatch }: Checkout): void {
  useEffect(() => {
    let burst = noBurst;
    const isField = (target: EventTarget | null): boolean =>
      document.querySelector("dialog[open]") !== null ||
      (target instanceof HTMLElement && target.closest("input, textarea, select") !== null);

    function onKeyDown(event: KeyboardEvent): void {
      if (isField(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      const step = read(burst, event.key, event.timeStamp);
      burst = step.burst;
      if (step.meaning.kind === "scan") {
        // The Enter of a scanner must not press the button that happens to have the focus.
        event.preventDefault();
        return dispatch(newScan(step.meaning.code));
      }
      if (step.meaning.kind === "key" && step.meaning.startsBurst) dispatch({ kind: "burst" });
      const meant = events.get(event.key);
      if (meant === undefined) return;
      const button =
        event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("button, a") : null;
      // Enter on a button presses it, as everywhere; but whoever keys in an amount means it, not the button used before.
      if (event.key === "Enter" && button !== null) return;
      if (meant.kind === "key") button?.blur();
      dispatch(meant);
    }
    function onPaste(event: ClipboardEvent): void {
      if (isField(event.target)) return;
      const code = codeOf(event.clipboardData?.getData("text") ?? "");
      dispatch({ kind: "burst" });
      if (code !== "") dispatch(newScan(code));
    }

    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("paste", onPaste);
    };
  }, [dispatch]);
}
