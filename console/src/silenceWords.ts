// Why a terminal did not speak an announcement, as people say it.
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { Localized } from "@huiyin/contract/words.ts";

export const silenceWords: Readonly<Record<SilenceReason, Localized>> = {
  muted: { zh: "已静音", en: "Muted" },
  volumeZero: { zh: "音量为 0", en: "The volume is 0" },
  audioLocked: { zh: "浏览器未允许发声", en: "The browser does not allow sound yet" },
  audioFailed: { zh: "播放失败", en: "Playing the sound failed" },
  voicePackMissing: { zh: "语音包缺失", en: "The voice pack is missing" },
};
