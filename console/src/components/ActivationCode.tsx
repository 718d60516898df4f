// The one-time code by which a device becomes this terminal: made on request, shown once, with its end.
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import type { ActivationCode as ActivationCodeAnswer } from "@huiyin/contract/api/terminals.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { IdText } from "./IdText.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { exactTime } from "../times.ts";

export function ActivationCode({ terminalId }: { terminalId: string }) {
  const { t } = useLanguage();
  const make = useMutation({
    mutationFn: () => post<ActivationCodeAnswer>(`/terminals/${terminalId}/activation-codes`),
    // Kept nowhere but on this page.
    gcTime: 0,
  });
  return (
    <div className="activation">
      {make.data && (
        <div role="status">
          <span className="activation-code">
            <IdText id={make.data.activationCode} whole="yes" />
          </span>
          <div className="quiet">{t("activationExpires", { at: exactTime(make.data.expiresAt) })}</div>
          <div className="quiet">{t("activationExplain")}</div>
        </div>
      )}
      {make.error && <ProblemNotice error={make.error} />}
      <Button loading={make.isPending} onClick={() => make.mutate()}>
        {make.data ? t("activationAgain") : t("activationStart")}
      </Button>
    </div>
  );
}
