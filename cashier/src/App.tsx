// Which of the great screens is shown: opening, activation, or the till.
import type { i18n } from "i18next";
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { createBoot } from "./boot.ts";
import { Activation } from "./screens/Activation.tsx";
import { Till } from "./screens/Till.tsx";
import { ServicesContext } from "./services.ts";
import type { Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import { useStore, type Store } from "./store.ts";

type AppProps = Readonly<{ settings: Store<Settings>; voice: Voice; words: i18n }>;

// One page is one terminal: it is started once, however often React draws.
let started: ReturnType<typeof createBoot> | null = null;

export function App(props: AppProps): ReactElement {
  const { t } = useTranslation();
  const [boot] = useState(() => (started ??= createBoot(props)));
  const state = useStore(boot.state);
  switch (state.stage) {
    case "opening":
      return (
        <main className="notice-page" role="status">
          {t("common.loading")}
        </main>
      );
    case "elsewhere":
      return (
        <main className="notice-page" role="status">
          {t("activation.elsewhere")}
        </main>
      );
    case "noStorage":
      return (
        <main className="notice-page" role="alert">
          {t("activation.storage")}
        </main>
      );
    case "activation":
      return (
        <Activation
          problem={state.problem}
          busy={state.busy}
          onCode={(code) => void boot.activateWith(code)}
        />
      );
    case "running":
      return (
        <ServicesContext value={state.services}>
          <Till />
        </ServicesContext>
      );
  }
}
