// 请在控制台核对: payments and refunds whose outcome this till cannot learn. A person looks each of them up by its number.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import type { Leftover } from "../device/leftovers.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { dayAndTime } from "../today.ts";

export function LeftoversDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { t } = useTranslation();
  const { leftovers } = useServices();
  const items = useStore(leftovers.items);
  return (
    <Dialog title={t("leftover.title")} onClose={onClose}>
      <p>{t("leftover.lead")}</p>
      {items.length === 0 && <p>{t("leftover.none")}</p>}
      {items.map((item) => (
        <LeftoverFacts key={item.key} item={item} onChecked={() => void leftovers.checked(item)} />
      ))}
    </Dialog>
  );
}

type LeftoverFactsProps = Readonly<{ item: Leftover; onChecked(): void }>;

function LeftoverFacts({ item, onChecked }: LeftoverFactsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="leftover" data-leftover={item.kind}>
      <dl className="facts">
        <dt>{t(`leftover.kinds.${item.kind}`)}</dt>
        <dd>
          {t("common.yuan")}
          {yuanText(item.amountFen)}
        </dd>
        <dt>{t("leftover.number")}</dt>
        <dd>
          <code>{item.number}</code>
        </dd>
        <dt>{t("sheet.time")}</dt>
        <dd>{dayAndTime(new Date(item.startedAtMs).toISOString())}</dd>
      </dl>
      <button type="button" className="button" onClick={onChecked}>
        {t("leftover.checked")}
      </button>
    </section>
  );
}
