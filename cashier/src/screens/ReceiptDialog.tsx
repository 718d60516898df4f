// The receipt: as it will be printed, with the code that finds its payment again, on paper of 58 or 80 mm.
import { useRef, type ReactElement } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { useLanguage } from "../parts/useLanguage.ts";
import { paperWidthsMm, type PaperWidthMm } from "../receipt/paper.ts";
import { receiptOf, type Receipt } from "../receipt/receipt.ts";
import { useQr } from "../parts/useQr.ts";
import type { QrPath } from "../receipt/qr.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";

type ReceiptDialogProps = Readonly<{
  payment: Payment;
  refunds: readonly Refund[];
  onClose(): void;
}>;

export function ReceiptDialog({ payment, refunds, onClose }: ReceiptDialogProps): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { place: known, settings } = useServices();
  const place = useStore(known);
  const chosen = useStore(settings);
  const { paperWidthMm } = chosen;
  const paper = useRef<HTMLDivElement>(null);
  const receipt = receiptOf({ payment, refunds, place, words: { t, language } });
  const qr = useQr(receipt.code);
  const print = (): void => {
    // The page is as long as the receipt: a roll has no pages.
    const heightMm = Math.ceil(((paper.current?.offsetHeight ?? 0) / pixelsPerInch) * millimetresPerInch) + 1;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@page { size: ${paperWidthMm}mm ${heightMm}mm; margin: 0 }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.print();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
  return (
    <Dialog title={t("receipt.title")} onClose={onClose}>
      <div className="receipt-desk">
        <div ref={paper} className="receipt-paper">
          <Paper receipt={receipt} qr={qr} widthMm={paperWidthMm} />
        </div>
      </div>
      <fieldset className="setting">
        <legend>{t("receipt.width")}</legend>
        <div className="options">
          {paperWidthsMm.map((widthMm) => (
            <button
              key={widthMm}
              type="button"
              className="option"
              aria-pressed={widthMm === paperWidthMm}
              onClick={() => settings.set({ ...chosen, paperWidthMm: widthMm })}
            >
              {`${widthMm} mm`}
            </button>
          ))}
        </div>
      </fieldset>
      <button type="button" className="button button-main" onClick={print}>
        {t("receipt.print")}
      </button>
      {createPortal(
        <div className="print-root" aria-hidden="true">
          <Paper receipt={receipt} qr={qr} widthMm={paperWidthMm} />
        </div>,
        document.body,
      )}
    </Dialog>
  );
}

const pixelsPerInch = 96;
const millimetresPerInch = 25.4;

type PaperProps = Readonly<{ receipt: Receipt; qr: QrPath | null; widthMm: PaperWidthMm }>;

function Paper({ receipt, qr, widthMm }: PaperProps): ReactElement {
  const { t } = useTranslation();
  const [merchant, ...where] = receipt.place;
  return (
    <article className={`receipt receipt-${widthMm}`}>
      <h3>{merchant}</h3>
      {where.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p className="receipt-heading">{receipt.heading}</p>
      {receipt.lines.map((line, index) =>
        line.kind === "rule" ? (
          <hr key={index} />
        ) : (
          <p key={index} className={`receipt-${line.kind}`}>
            <span>{line.name}</span>
            <span>{line.value}</span>
          </p>
        ),
      )}
      <hr />
      {qr !== null && (
        <svg
          className="receipt-qr"
          viewBox={`0 0 ${qr.size} ${qr.size}`}
          role="img"
          aria-label={receipt.scan ?? t("receipt.code")}
        >
          <path d={qr.path} />
        </svg>
      )}
      {receipt.scan !== null && <p>{receipt.scan}</p>}
      <p>{t("receipt.thanks")}</p>
    </article>
  );
}
