// What the cashier must know besides the payment: no network, no sound, payments to check.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { LeftoversDialog } from "../screens/LeftoversDialog.tsx";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";

export function Banners(): ReactElement {
  const { t } = useTranslation();
  const { connection, voice, settings, checkout, refunds, leftovers } = useServices();
  const link = useStore(connection);
  const { locked, pack, saying } = useStore(voice.state);
  const { muted } = useStore(settings);
  const aside = useStore(checkout.aside);
  const first = aside[0];
  const unclear = useStore(refunds.aside);
  const firstUnclear = unclear[0];
  const left = useStore(leftovers.items);
  const [opened, setOpened] = useState<"leftovers" | null>(null);
  return (
    <>
      {opened === "leftovers" && <LeftoversDialog onClose={() => setOpened(null)} />}
      <div className="banners" aria-live="polite">
        {link === "offline" && <p className="banner banner-broken">{t("banner.offline")}</p>}
        {pack === "unavailable" && <p className="banner banner-broken">{t("speechTest.unavailable")}</p>}
        {locked && pack === "ready" && !muted && (
          <button type="button" className="banner banner-processing" onClick={() => void voice.unlock()}>
            {t("shift.lockedBanner")}
          </button>
        )}
        {first !== undefined && (
          <button
            type="button"
            className="banner banner-person"
            onClick={() => checkout.dispatch({ kind: "reopened", attempt: first, payment: null })}
          >
            <span>{t("banner.aside", { count: aside.length })}</span>
            <strong>{t("banner.asideOpen")}</strong>
          </button>
        )}
        {firstUnclear !== undefined && (
          <button
            type="button"
            className="banner banner-person"
            onClick={() => refunds.dispatch({ kind: "reopened", attempt: firstUnclear })}
          >
            <span>{t("refund.asideBanner", { count: unclear.length })}</span>
            <strong>{t("banner.asideOpen")}</strong>
          </button>
        )}
        {left.length > 0 && (
          <button type="button" className="banner banner-person" onClick={() => setOpened("leftovers")}>
            <span>{t("leftover.banner", { count: left.length })}</span>
            <strong>{t("banner.asideOpen")}</strong>
          </button>
        )}
        {saying !== null && <p className="banner banner-saying">{t("voice.announcing", { text: saying })}</p>}
      </div>
    </>
  );
}
