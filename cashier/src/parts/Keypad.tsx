// The keypad: sixteen places, every one a thumb wide.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { amountKeys, type AmountKey } from "../amount.ts";
import { Icon } from "./Icon.tsx";

type KeypadProps = Readonly<{
  onKey(key: AmountKey): void;
  onErase(): void;
  onClear(): void;
  onSubmit(): void;
  /** What the large key says; “charge” where it is left out. */
  submitLabel?: string;
}>;

export function Keypad({ onKey, onErase, onClear, onSubmit, submitLabel }: KeypadProps): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="keypad">
      {amountKeys.map((key) => (
        <button
          key={key}
          type="button"
          className="key"
          style={{ gridArea: areas.get(key) }}
          aria-label={key === "." ? t("entering.point") : undefined}
          onClick={() => onKey(key)}
        >
          {key}
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
      <button type="button" className="key key-quiet" style={{ gridArea: "clear" }} onClick={onClear}>
        {t("entering.clear")}
      </button>
      <button type="button" className="key key-submit" style={{ gridArea: "submit" }} onClick={onSubmit}>
        {submitLabel ?? t("entering.submit")}
      </button>
    </div>
  );
}

const areas: ReadonlyMap<AmountKey, string> = new Map(
  amountKeys.map((key) => [key, key === "." ? "point" : key === "00" ? "hundred" : `digit${key}`]),
);
