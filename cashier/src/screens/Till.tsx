// The till: the checkout in the middle, the day beside it, results over everything.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { Banners } from "../parts/Banners.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { TodayList, TodayTotal } from "../parts/TodayPanel.tsx";
import { TopBar } from "../parts/TopBar.tsx";
import { useKeyboard } from "../parts/useKeyboard.ts";
import { useServices } from "../services.ts";
import { showsCode } from "../outcome.ts";
import { useStore } from "../store.ts";
import { Entering } from "./Entering.tsx";
import { Paid } from "./Paid.tsx";
import { Person } from "./Person.tsx";
import { FindPayment } from "./FindPayment.tsx";
import { PaymentSheet } from "./PaymentSheet.tsx";
import { Processing } from "./Processing.tsx";
import { RefundDialog } from "./RefundDialog.tsx";
import { Scanning } from "./Scanning.tsx";
import { SettingsDialog } from "./SettingsDialog.tsx";
import { ShownCode } from "./ShownCode.tsx";
import { ShiftStart } from "./ShiftStart.tsx";
import { Unpaid } from "./Unpaid.tsx";

export function Till(): ReactElement {
  return (
    <>
      <Checkout />
      <RefundDialog />
    </>
  );
}

function Checkout(): ReactElement {
  const { checkout, shiftStarted, settings, voice } = useServices();
  const state = useStore(checkout.state);
  const began = useStore(shiftStarted);
  const { locked, pack } = useStore(voice.state);
  const { muted } = useStore(settings);
  useKeyboard(checkout);
  switch (state.screen) {
    case "processing":
      return showsCode(state) ? <ShownCode state={state} /> : <Processing state={state} />;
    case "paid":
      return <Paid state={state} />;
    case "unpaid":
      return <Unpaid state={state} />;
    case "person":
      return <Person state={state} />;
    case "scanning":
      return <Frame main={<Scanning state={state} />} />;
    case "entering": {
      // A payment without a result comes first; otherwise a shift does not begin before it is known who will hear it.
      const silent = locked && pack === "ready" && !muted && state.text === "";
      return !began || silent ? <ShiftStart /> : <Frame main={<Entering state={state} />} />;
    }
  }
}

function Frame({ main }: Readonly<{ main: ReactElement }>): ReactElement {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<"settings" | "today" | "find" | Payment | null>(null);
  const close = (): void => setOpened(null);
  const list = <TodayList onOpen={setOpened} onFind={() => setOpened("find")} />;
  return (
    <div className="till">
      <TopBar onSettings={() => setOpened("settings")} />
      <Banners />
      <main className="till-main">{main}</main>
      <aside className="till-side" aria-label={t("today.title")}>
        <h2>{t("today.title")}</h2>
        <TodayTotal />
        {list}
      </aside>
      <button type="button" className="today-bar" onClick={() => setOpened("today")}>
        <span>{t("top.today")}</span>
        <TodayTotal />
      </button>
      {opened === "settings" && <SettingsDialog onClose={close} />}
      {opened === "today" && (
        <Dialog title={t("today.title")} onClose={close}>
          <TodayTotal />
          {list}
        </Dialog>
      )}
      {opened === "find" && <FindPayment onFound={setOpened} onClose={close} />}
      {typeof opened === "object" && opened !== null && <PaymentSheet payment={opened} onClose={close} />}
    </div>
  );
}
