// Six digits that nobody should read over a shoulder: dots, and a keypad of figures alone.
import { useEffect, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { AmountKey } from "../amount.ts";
import { Icon } from "./Icon.tsx";

type CodePadProps = Readonly<{
  /** How many digits are there so far. */
  filled: number;
  length: number;
  submitLabel: string;
  onKey(key: AmountKey): void;
  onErase(): void;
  onSubmit(): void;
}>;

const figures = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"] as const;

export function CodePad({
  filled,
  length,
  submitLabel,
  onKey,
  onErase,
  onSubmit,
}: CodePadProps): ReactElement {
  const { t } = useTranslation();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const figure = figures.find((each) => each === event.key);
      if (figure !== undefined) onKey(figure);
      else if (event.key === "Backspace") onErase();
      else if (event.key === "Enter" && filled === length) {
        event.preventDefault();
        onSubmit();
      }
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
  return (
    <div className="code-pad">
      <p className="code-dots" role="status" aria-label={t("refund.codeEntered", { count: filled })}>
        {Array.from({ length }, (_, index) => (
          <i key={index} className={index < filled ? "code-dot code-dot-filled" : "code-dot"} />
        ))}
      </p>
      <div className="keypad keypad-code">
        {figures.map((figure) => (
          <button
            key={figure}
            type="button"
            className="key"
            style={{ gridArea: `digit${figure}` }}
            onClick={() => onKey(figure)}
          >
            {figure}
          </button>
        ))}
        <button
          type="button"
          className="key key-quiet"
          style={{ gridArea: "erase" }}
          aria-label={t("entering.backspace")}
          onClick={onErase}
        >
          <Icon name="backspace" />
        </button>
      </div>
      <button
        type="button"
        className="button button-main button-large"
        disabled={filled < length}
        onClick={onSubmit}
      >
        {submitLabel}
      </button>
    </div>
  );
}
