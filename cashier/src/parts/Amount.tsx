// An amount that fills the width it has: right-aligned tabular figures, never wrapped, smaller the longer it is.
import type { CSSProperties, ReactElement } from "react";
import { useTranslation } from "react-i18next";

type AmountProps = Readonly<{
  text: string;
  label?: string;
  size: "hero" | "giant" | "row";
  sign?: "plus" | "minus";
}>;

export function Amount({ text, label, size, sign = "plus" }: AmountProps): ReactElement {
  const { t } = useTranslation();
  // A comma or a point is about half as wide as a figure.
  const characters = [...text].reduce((width, character) => width + (/\d/.test(character) ? 1 : 0.5), 1.25);
  const style = { "--amount-characters": Math.max(characters, 4) } as CSSProperties;
  return (
    <span className={`amount amount-${size}`} style={style}>
      <span className="amount-line" aria-hidden={label !== undefined}>
        <span className="amount-sign">
          {sign === "minus" && "−"}
          {t("common.yuan")}
        </span>
        {text}
      </span>
      {label !== undefined && <span className="visually-hidden">{label}</span>}
    </span>
  );
}
