// Amounts and times as people read them.
import type { Locale } from "@huiyin/contract/words.ts";

/** 1250000 fen → “¥12,500.00”. */
export function yuan(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100).toLocaleString("en-US");
  const cents = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${fen < 0 ? "−" : ""}¥${whole}.${cents}`;
}

/** The hour and minute in Beijing. */
export function clockText(at: Date): string {
  return at.toLocaleTimeString("zh-CN", {
    timeZone: "Asia/Shanghai",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}

/** Date and time in Beijing, for lists. */
export function momentText(at: Date, locale: Locale): string {
  return at.toLocaleString(locale === "zh" ? "zh-CN" : "en-GB", {
    timeZone: "Asia/Shanghai",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}
