// The few signs of the cashier, drawn on a 24-px grid with one stroke. They repeat words, never replace them.
import type { ReactElement } from "react";

const paths = {
  backspace: "M9 5h11a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H9l-6-7 6-7Zm3 4.5 5 5m0-5-5 5",
  settings:
    "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm7-3.2 2-1.3-2-3.4-2.2 1a6 6 0 0 0-1.8-1L14.700 5H9.300l-.3 2.300a6 6 0 0 0-1.800 1L5 7.300l-2 3.400L5 12l-2 1.300 2 3.400 2.200-1a6 6 0 0 0 1.800 1l.3 2.300h5.400l.3-2.300a6 6 0 0 0 1.800-1l2.200 1 2-3.400L19 12Z",
  speaker:
    "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500H4Zm11.500-.5a4.200 4.200 0 0 1 0 6M18 6.500a7.700 7.700 0 0 1 0 11",
  speakerOff: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500H4Zm12 .5 5 5m0-5-5 5",
  scan: "M4 8V5a1 1 0 0 1 1-1h3m8 0h3a1 1 0 0 1 1 1v3m0 8v3a1 1 0 0 1-1 1h-3m-8 0H5a1 1 0 0 1-1-1v-3m-1-4h18",
  check: "m5 12.500 4.500 4.500L19 7.500",
  cross: "m6 6 12 12M18 6 6 18",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.500 8a7.500 7.500 0 0 1 15 0",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: Readonly<{ name: IconName }>): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the product: a point and its echo. */
export function Mark(): ReactElement {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle className="mark-point" cx="16" cy="16" r="4" />
      <circle className="mark-ring" cx="16" cy="16" r="9" />
      <circle className="mark-ring mark-ring-far" cx="16" cy="16" r="14" />
    </svg>
  );
}
