// Small things that several parts of the page share.
import { useEffect, useRef, type ReactNode } from "react";
import type { Card, Wallet } from "./model.ts";
import { useLanguage } from "./language.tsx";

/** The sign of the product: a point and its echo. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="22" cy="32" r="6" />
      <path d="M33 21a15 15 0 0 1 0 22" />
      <path d="M42 13a26 26 0 0 1 0 38" />
    </svg>
  );
}

/** Rings that spread once. */
export function Echo() {
  return (
    <span className="echo" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

/** A state as a word with a dot; never colour alone. */
export function State({
  kind,
  children,
}: Readonly<{ kind: "paid" | "processing" | "unpaid" | "broken"; children: ReactNode }>) {
  return <span className={`state state-${kind}`}>{children}</span>;
}

/** The first character of a name in a circle. */
export function Avatar({ name }: Readonly<{ name: string }>) {
  return (
    <span className="avatar" aria-hidden="true">
      {[...name].at(-1) ?? "·"}
    </span>
  );
}

/** What a funding is called, for people. */
export function useFundingName(wallet: Wallet): (funding: string) => string {
  const { t } = useLanguage();
  return (funding) => {
    if (funding === "balance") return t("funding.balance");
    if (funding === "huabei") return t("funding.huabei");
    const card = wallet.cards.find(({ id }) => funding === `card:${id}`);
    return card === undefined
      ? funding
      : cardName(card, t(card.kind === "debit" ? "funding.debit" : "funding.credit"));
  };
}

function cardName(card: Card, kind: string): string {
  return `${card.bank} ${kind} (${card.tail})`;
}

/** A sheet that covers the phone’s lower part. Escape and the veil close it; what lies behind is inert meanwhile. */
export function Sheet({
  title,
  onClose,
  children,
}: Readonly<{ title: string; onClose(): void; children: ReactNode }>) {
  const { t } = useLanguage();
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = sheet.current?.querySelector<HTMLElement>("[data-first]") ?? sheet.current;
    first?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      className="sheet-place"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <button type="button" className="veil" tabIndex={-1} aria-hidden="true" onClick={onClose} />
      <div className="sheet" role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={sheet}>
        <div className="sheet-head">
          <h2>{title}</h2>
          <button type="button" className="button-icon" onClick={onClose} aria-label={t("page.closeWorld")}>
            <span aria-hidden="true">✕</span>
          </button>
        </div>
        {children}
      </div>
    </div>
  );
}

export type SwitchProps = Readonly<{
  state: "on" | "off";
  label: string;
  disabled?: boolean;
  onChange(next: "on" | "off"): void;
}>;

/** A switch with its name. */
export function Switch({ state, label, disabled = false, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={state === "on"}
      aria-label={label}
      disabled={disabled}
      onClick={() => onChange(state === "on" ? "off" : "on")}
    >
      <span className="switch-knob" />
    </button>
  );
}
