// 请人工核对: no machine can tell. Nobody is asked to pay again; the terminal goes on asking.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import type { Person as PersonState } from "../flowModel.ts";
import { useServices } from "../services.ts";
import { clockTime } from "../today.ts";
import { Result } from "./Result.tsx";

export function Person({ state }: Readonly<{ state: PersonState }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().checkout;
  const { attempt } = state;
  return (
    <Result
      tone="person"
      title={t("person.title")}
      amount={yuanText(attempt.amountFen)}
      sentence={t(state.trouble === null ? "person.review" : "person.network")}
      detail={
        <>
          <dl className="facts">
            <dt>{t("person.order")}</dt>
            <dd>
              <code>{attempt.merchantOrderNo}</code>
            </dd>
            <dt>{t("person.since")}</dt>
            <dd>{clockTime(new Date(attempt.startedAtMs).toISOString())}</dd>
          </dl>
          <p>{t("person.still")}</p>
        </>
      }
      actions={
        <button type="button" className="button-result" onClick={() => dispatch({ kind: "next" })}>
          {t("person.next")}
        </button>
      }
    />
  );
}
