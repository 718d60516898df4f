// Where the keyboard begins: a step of a dialog takes the focus when it appears, so that Enter never meets the cross.
import { useEffect, useRef, type RefObject } from "react";

/** For the element that takes the focus as soon as it is shown; it may be any with a tabIndex. */
export function useFirstFocus<Focused extends HTMLElement>(): RefObject<Focused | null> {
  const focused = useRef<Focused>(null);
  useEffect(() => focused.current?.focus({ preventScroll: true }), []);
  return focused;
}
