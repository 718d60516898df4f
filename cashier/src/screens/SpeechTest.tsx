// The speech test: plays one sentence, and asks whether it was heard. Only a person can answer that.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { speechOf } from "@huiyin/contract/speech.ts";
import { useServices } from "../services.ts";
import type { SaidOutcome } from "../speech/voice.ts";

type Progress = SaidOutcome | "idle" | "playing" | "confirmed" | "denied";

const sample = speechOf({ amountFen: 1250n, wallet: "alipay" });

export function SpeechTest(): ReactElement {
  const { t } = useTranslation();
  const { voice } = useServices();
  const [progress, setProgress] = useState<Progress>("idle");

  async function play(): Promise<void> {
    await voice.unlock();
    setProgress("playing");
    setProgress((await voice.say(sample)).outcome);
  }

  return (
    <section className="setting speech-test" aria-labelledby="speech-test-title">
      <h3 id="speech-test-title">{t("speechTest.title")}</h3>
      <p>{t("speechTest.lead")}</p>
      <button type="button" className="button" disabled={progress === "playing"} onClick={() => void play()}>
        {t("speechTest.play")}
      </button>
      <div role="status">
        {progress === "playing" && <p>{t("speechTest.playing", { text: sample.text })}</p>}
        {(progress === "heard" || progress === "unproven") && (
          <div className="asked">
            <p>{t("speechTest.asked")}</p>
            <button type="button" className="button" onClick={() => setProgress("confirmed")}>
              {t("common.yes")}
            </button>
            <button type="button" className="button" onClick={() => setProgress("denied")}>
              {t("common.no")}
            </button>
          </div>
        )}
        {progress === "confirmed" && <p className="state state-paid">{t("speechTest.heard")}</p>}
        {(progress === "denied" || progress === "muted") && (
          <p className="field-problem">{t("speechTest.notHeard")}</p>
        )}
        {progress === "silent" && <p className="field-problem">{t("speechTest.silent")}</p>}
        {(progress === "locked" || progress === "stopped") && (
          <p className="field-problem">{t("speechTest.locked")}</p>
        )}
        {progress === "unavailable" && <p className="field-problem">{t("speechTest.unavailable")}</p>}
      </div>
    </section>
  );
}
