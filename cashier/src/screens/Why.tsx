// Why a payment was not paid: the named cause with its fix, and the channel's own words below it.
import { useEffect, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { channelWords } from "@huiyin/contract/words.ts";
import type { Diagnosis, Reply } from "../device/platform.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { useLanguage } from "../parts/useLanguage.ts";
import { useServices } from "../services.ts";

export function Why({ payment, onClose }: Readonly<{ payment: Payment; onClose(): void }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { diagnose } = useServices();
  const [reply, setReply] = useState<Reply<Diagnosis> | null>(null);
  useEffect(() => {
    let present = true;
    void diagnose(payment.id).then((found) => present && setReply(found));
    return () => {
      present = false;
    };
  }, [diagnose, payment.id, language]);
  return (
    <Dialog title={t("unpaid.whyTitle")} onClose={onClose}>
      <Causes reply={reply} />
      {payment.channelCode !== null && (
        <figure className="channel-words">
          <figcaption>
            {t("unpaid.channelSays", { channel: channelWords[payment.channel][language] })}
          </figcaption>
          <code>{payment.channelCode}</code>
          {payment.channelMessage !== null && <blockquote>{payment.channelMessage}</blockquote>}
        </figure>
      )}
    </Dialog>
  );
}

function Causes({ reply }: Readonly<{ reply: Reply<Diagnosis> | null }>): ReactElement {
  const { t } = useTranslation();
  if (reply === null) return <p role="status">{t("unpaid.whyLoading")}</p>;
  if (reply.kind === "unreachable") return <p role="alert">{t("unpaid.whyUnreachable")}</p>;
  if (reply.kind === "refused") return <p role="alert">{`${reply.refusal.title} ${reply.refusal.detail}`}</p>;
  const { causes, verdict } = reply.value;
  if (causes.length === 0 || verdict === "unknown") return <p>{t("unpaid.whyNone")}</p>;
  return (
    <ul className="causes">
      {causes.map((cause) => (
        <li key={cause.id} className="cause">
          <p>{cause.texts.merchant}</p>
          <p className="cause-foot">
            <code>{cause.id}</code>
            <span>{t("unpaid.probability", { percent: Math.round(cause.probability * 100) })}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}
