// The beginning of a shift: one tap lets the terminal speak. Also shown when the browser takes sound away again.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../parts/Icon.tsx";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";

export function ShiftStart(): ReactElement {
  const { t } = useTranslation();
  const { voice, settings, shiftStarted, terminal } = useServices();
  const { name } = useStore(terminal);
  const began = useStore(shiftStarted);
  const [refused, setRefused] = useState(false);

  async function start(): Promise<void> {
    settings.set({ ...settings.get(), muted: false });
    if (!(await voice.unlock())) return setRefused(true);
    voice.sayPhrase("speechOn");
    shiftStarted.set(true);
  }
  function startSilently(): void {
    settings.set({ ...settings.get(), muted: true });
    shiftStarted.set(true);
  }

  return (
    <main className="gate">
      <section className="gate-card" aria-labelledby="shift-title">
        <Mark />
        <p className="gate-terminal">{name}</p>
        <h1 id="shift-title">{t(began ? "shift.lockedTitle" : "shift.title")}</h1>
        <p>{t("shift.lead")}</p>
        <button
          type="button"
          className="button button-main button-large"
          autoFocus
          onClick={() => void start()}
        >
          {t("shift.start")}
        </button>
        <p className="field-problem" role="alert">
          {refused && t("shift.refused")}
        </p>
        <button type="button" className="button button-quiet" onClick={startSilently}>
          {t("shift.silently")}
        </button>
      </section>
    </main>
  );
}
