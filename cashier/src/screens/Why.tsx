// Why a payment was not paid: the named cause with its fix. Codes and the channel's own words are for the provider.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { channelWords } from "@huiyin/contract/words.ts";
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Reply } from "../device/platform.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { useLanguage } from "../parts/useLanguage.ts";

type WhyProps = Readonly<{ payment: Payment; reply: Reply<Diagnosis> | null; onClose(): void }>;

export function Why({ payment, reply, onClose }: WhyProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog title={t("unpaid.whyTitle")} onClose={onClose}>
      <Causes reply={reply} />
      <ForProvider payment={payment} reply={reply} />
    </Dialog>
  );
}

/** What a cashier reads out to the service provider, folded away. */
function ForProvider({ payment, reply }: Omit<WhyProps, "onClose">): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const causes = reply?.kind === "answered" ? likelyOf(reply.value) : [];
  if (payment.channelCode === null && causes.length === 0) return null;
  return (
    <details className="for-provider">
      <summary>{t("unpaid.forProvider")}</summary>
      {causes.length > 0 && (
        <p>
          <code>{causes.map(({ id }) => id).join(" ")}</code>
        </p>
      )}
      {payment.channelCode !== null && (
        <figure className="channel-words">
          <figcaption>
            {t("unpaid.channelSays", { channel: channelWords[payment.channel][language] })}
          </figcaption>
          <code>{payment.channelCode}</code>
          {payment.channelMessage !== null && <blockquote>{payment.channelMessage}</blockquote>}
        </figure>
      )}
    </details>
  );
}

function Causes({ reply }: Readonly<{ reply: Reply<Diagnosis> | null }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  if (reply === null) return <p role="status">{t("unpaid.whyLoading")}</p>;
  // Nothing to find at that address means: this platform explains nothing yet.
  const silent = reply.kind === "unreachable" || (reply.kind === "refused" && reply.refusal.status === 404);
  if (silent) return <p role="alert">{t("unpaid.whyUnreachable")}</p>;
  if (reply.kind === "refused") return <p role="alert">{`${reply.refusal.title} ${reply.refusal.detail}`}</p>;
  const { summary } = reply.value;
  const likely = likelyOf(reply.value);
  return (
    <>
      <p className="why-summary">{summary[language]}</p>
      <ul className="causes">
        {likely.map((cause, index) => (
          <li key={cause.id} className="cause">
            {index > 0 && (
              <p>
                <strong>{cause.name[language]}</strong>
              </p>
            )}
            <p>{cause.texts.merchant[language]}</p>
            <ul className="evidence">
              {cause.because.map((fact) => (
                <li key={fact.signal}>{fact.fact[language]}</li>
              ))}
            </ul>
            <p className="cause-foot">
              <span>{t("unpaid.probability", { percent: Math.round(cause.probability * 100) })}</span>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

const likelyOf = ({ causes }: Diagnosis): Diagnosis["causes"] =>
  causes.filter(({ probability }) => probability >= probabilityShownMin).slice(0, causesShownMax);

/** At the till one reason helps, two are a choice, three are the end of patience. */
const causesShownMax = 2;
/** Less likely ones only unsettle the customer; the console shows them all. */
const probabilityShownMin = 0.2;
