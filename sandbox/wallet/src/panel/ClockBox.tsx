// The clock that sandbox and platform share. It only moves on.
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { WordKey } from "../words.ts";

const spans: ReadonlyArray<readonly [WordKey, number]> = [
  ["clock.minute", 60],
  ["clock.minutes", 240],
  ["clock.hour", 3_600],
  ["clock.day", 86_400],
];

export function ClockBox({ aheadMs, refresh }: Readonly<{ aheadMs: number; refresh(): void }>) {
  const { t, locale } = useLanguage();
  const now = new Date(Date.now() + aheadMs).toLocaleString(locale === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "Asia/Shanghai",
    dateStyle: "medium",
    timeStyle: "medium",
  });
  return (
    <section className="box">
      <div className="box-head">
        <h3>{t("clock.title")}</h3>
        <time className="clock">{now}</time>
      </div>
      <p className="box-note">{t("clock.hint")}</p>
      <div className="times">
        {spans.map(([key, advanceSeconds]) => (
          <button
            key={key}
            type="button"
            className="chip"
            aria-label={t("clock.advance", { span: t(key) })}
            onClick={() => void call("POST", "/control/clock", { advanceSeconds }).finally(refresh)}
          >
            + {t(key)}
          </button>
        ))}
      </div>
    </section>
  );
}
