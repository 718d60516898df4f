// The payer code: as a picture for scanners, as digits for people, with the seconds it still lives.
import { useEffect, useMemo, useState } from "react";
import QRCode from "qrcode";
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { PayerCode } from "../model.ts";

export type CodeCardProps = Readonly<{
  walletId: string;
  /** Sandbox time less browser time, in milliseconds. */
  aheadMs: number;
  /** A code that has been used is spent: when this text changes, a fresh one is drawn. Null while it is not known yet. */
  renewWhen: string | null;
}>;

const lifeMs = 60_000;

export function CodeCard({ walletId, aheadMs, renewWhen }: CodeCardProps) {
  const { t } = useLanguage();
  const [shown, setShown] = useState<PayerCode | null>(null);
  const [drawn, setDrawn] = useState(0);
  const [copied, setCopied] = useState<"yes" | "no">("no");
  const nowMs = useNowMs() + aheadMs;
  const leftMs = shown === null ? 0 : Date.parse(shown.expiresAt) - nowMs;
  const expired = shown !== null && leftMs <= 0;

  useEffect(() => {
    if (renewWhen === null) return;
    let current = true;
    call<PayerCode>("POST", `/control/wallets/${walletId}/payer-code`)
      .then((code) => {
        if (!current) return;
        setShown(code);
        setCopied("no");
      })
      // The page says by itself that the sandbox does not answer; the next second tries again.
      .catch(() => setTimeout(() => current && setDrawn((times) => times + 1), 1_000));
    return () => void (current = false);
  }, [walletId, renewWhen, drawn]);
  useEffect(() => {
    // A page that nobody looks at draws no codes.
    if (expired && !document.hidden) setDrawn((times) => times + 1);
  }, [expired, nowMs]);

  const seconds = Math.max(0, Math.min(Math.ceil(leftMs / 1_000), lifeMs / 1_000));
  return (
    <section className="code-card" aria-label={t("code.title")}>
      <h1 className="code-title">{t("code.title")}</h1>
      <div className="code-picture">
        <span className="code-rings" aria-hidden="true" />
        {shown === null ? (
          <span className="code-blank" />
        ) : (
          <Picture code={shown.code} label={t("code.picture")} />
        )}
      </div>
      <p className="code-digits" data-testid="payer-code" data-code={shown?.code ?? ""}>
        {shown === null ? t("code.waiting") : grouped(shown.code)}
      </p>
      <div className="code-life" role="presentation">
        <span style={{ transform: `scaleX(${Math.max(0, Math.min(1, leftMs / lifeMs))})` }} />
      </div>
      <div className="code-actions">
        <button
          type="button"
          className="button-text"
          disabled={shown === null}
          onClick={() => void copy(shown?.code ?? "").then(() => setCopied("yes"))}
        >
          {copied === "yes" ? t("code.copied") : t("code.copy")}
        </button>
        <span className="code-left">{shown !== null && t("code.left", { seconds })}</span>
        <button type="button" className="button-text" onClick={() => setDrawn((times) => times + 1)}>
          {t("code.refresh")}
        </button>
      </div>
    </section>
  );
}

/** Dark on white in every theme: that is what scanners read. */
function Picture({ code, label }: Readonly<{ code: string; label: string }>) {
  const { path, size } = useMemo(() => {
    const { modules } = QRCode.create(code, { errorCorrectionLevel: "M" });
    let drawn = "";
    for (let row = 0; row < modules.size; row += 1) {
      for (let column = 0; column < modules.size; column += 1) {
        if (modules.get(row, column)) drawn += `M${column} ${row}h1v1h-1z`;
      }
    }
    return { path: drawn, size: modules.size };
  }, [code]);
  return (
    <svg
      className="code-svg"
      viewBox={`-2 -2 ${size + 4} ${size + 4}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#0b1211" />
    </svg>
  );
}

function grouped(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, "$1 ");
}

async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  // Plain http on another machine’s address has no clipboard of the new kind.
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

/** The browser’s time, twice a second. */
function useNowMs(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
