// 已收款: the money is in. Rings spread once.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import type { Paid as PaidState } from "../flowModel.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { useServices } from "../services.ts";
import { methodText } from "../wording.ts";
import { Result } from "./Result.tsx";

export function Paid({ state: { payment } }: Readonly<{ state: PaidState }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { dispatch } = useServices().checkout;
  return (
    <Result
      tone="paid"
      title={t("paid.title")}
      amount={yuanText(BigInt(payment.amount))}
      sentence={t(payment.lateSuccess ? "paid.late" : "paid.sentence")}
      detail={<p>{methodText(payment, language)}</p>}
      decoration={
        <div className="echo" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      }
      actions={
        <button type="button" className="button-result" onClick={() => dispatch({ kind: "next" })}>
          {t("paid.next")}
        </button>
      }
    />
  );
}
