// 已收款: the money is in. Rings spread once.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import type { Paid as PaidState } from "../flowModel.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { useServices } from "../services.ts";
import { creditText, methodText } from "../wording.ts";
import { useRefunds } from "../parts/useRefunds.ts";
import { ReceiptDialog } from "./ReceiptDialog.tsx";
import { Result } from "./Result.tsx";

export function Paid({ state: { payment } }: Readonly<{ state: PaidState }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { checkout, refunds } = useServices();
  const { dispatch } = checkout;
  const [receipt, setReceipt] = useState(false);
  const given = useRefunds(payment);
  const terms = creditText(payment, { t, language });
  return (
    <>
      <Result
        tone="paid"
        title={t("paid.title")}
        amount={yuanText(BigInt(payment.amount))}
        sentence={t(payment.lateSuccess ? "paid.late" : "paid.sentence")}
        detail={
          <>
            <p>{methodText(payment, language)}</p>
            {terms !== null && <p>{terms}</p>}
          </>
        }
        decoration={
          <div className="echo" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        }
        actions={
          <>
            <button type="button" className="button-result" onClick={() => dispatch({ kind: "next" })}>
              {t("paid.next")}
            </button>
            <button
              type="button"
              className="button-result button-result-quiet"
              onClick={() => setReceipt(true)}
            >
              {t("sheet.receipt")}
            </button>
            <button
              type="button"
              className="button-result button-result-quiet"
              onClick={() => refunds.open(payment, "reversal")}
            >
              {t("refund.reverse")}
            </button>
          </>
        }
      />
      {receipt && (
        <ReceiptDialog
          payment={payment}
          refunds={given?.kind === "answered" ? given.value : []}
          onClose={() => setReceipt(false)}
        />
      )}
    </>
  );
}
