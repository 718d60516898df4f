// Whether the merchant takes money that the payer borrows: a switch with a reason and a history.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { CreditAcceptance } from "@huiyin/contract/api/merchants.ts";
import { get, put } from "../api.ts";
import { useLanguage } from "../language.ts";
import { Moment } from "./Moment.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";
import { Dot } from "./State.tsx";

export function CreditSwitch({ merchantId }: { merchantId: string }) {
  const { t } = useLanguage();
  const path = `/merchants/${merchantId}/credit-acceptance`;
  const credit = useQuery({ queryKey: ["credit", merchantId], queryFn: () => get<CreditAcceptance>(path) });
  return (
    <section className="card">
      <h2>{t("credit")}</h2>
      {credit.isPending && <Waiting>{t("loading")}</Waiting>}
      {credit.error && <ProblemNotice error={credit.error} onRetry={() => void credit.refetch()} />}
      {credit.data && <Standing path={path} merchantId={merchantId} credit={credit.data} />}
    </section>
  );
}

type StandingProperties = Readonly<{ path: string; merchantId: string; credit: CreditAcceptance }>;

function Standing({ path, merchantId, credit }: StandingProperties) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const accepted = credit.creditAcceptance === "accepted";
  const change = useMutation({
    mutationFn: () =>
      put<CreditAcceptance>(path, {
        creditAcceptance: accepted ? "refused" : "accepted",
        reason: reason.trim(),
      }),
    onSuccess: (next) => {
      setReason("");
      queries.setQueryData(["credit", merchantId], next);
    },
  });
  return (
    <>
      <Dot tone={accepted ? "paid" : "unpaid"}>{accepted ? t("creditAccepted") : t("creditRefused")}</Dot>
      <p className="quiet">{t("creditExplain")}</p>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Input
          value={reason}
          maxLength={200}
          aria-label={t("changeReason")}
          placeholder={t("changeReasonHint")}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button htmlType="submit" disabled={reason.trim().length < 2} loading={change.isPending}>
          {accepted ? t("creditRefuse") : t("creditAccept")}
        </Button>
      </form>
      {reason.trim().length < 2 && <p className="quiet hint">{t("reasonFirst")}</p>}
      {change.error && <ProblemNotice error={change.error} />}
      {credit.history.length > 0 && (
        <details>
          <summary className="quiet">{t("history")}</summary>
          <ul>
            {credit.history.map((line) => (
              <li key={line.at}>
                <Moment at={line.at} /> ·{" "}
                {line.creditAcceptance === "accepted" ? t("creditAccepted") : t("creditRefused")} ·{" "}
                {line.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
