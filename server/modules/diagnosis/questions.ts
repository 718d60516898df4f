// Questions to people, asked only for what no machine here can find out.
import type { Question } from "./model.ts";

export const questions: ReadonlyMap<string, Question> = new Map(
  (
    [
      {
        // A look at the screen that stands there anyway: nobody has to be disturbed for it.
        id: "terminalScreen",
        asked: "cashier",
        text: {
          zh: "请看一下终端的屏幕：音量开着吗？",
          en: "Please look at the terminal’s screen: is the sound on?",
        },
        options: [
          { id: "soundOff", text: { zh: "静音，或音量为 0", en: "It is muted, or the volume is 0" } },
          {
            id: "noSound",
            text: { zh: "音量开着，但完全没有声音", en: "The volume is up, but there is no sound" },
          },
          {
            id: "batteryLow",
            text: {
              zh: "提示电量不足，或屏幕已经熄灭",
              en: "It warns of a low battery, or the screen is dark",
            },
          },
          { id: "unsure", text: { zh: "不清楚", en: "Not sure" } },
        ],
        cost: 0.5,
      },
      {
        id: "phoneMessage",
        asked: "payer",
        text: {
          zh: "请看一下顾客的手机：选择花呗时，支付宝提示什么？",
          en: "Please look at the customer’s phone: what does Alipay say when Huabei is chosen?",
        },
        options: [
          { id: "creditShort", text: { zh: "花呗额度不足", en: "The Huabei credit does not suffice" } },
          {
            id: "huabeiRestricted",
            text: { zh: "花呗被限制、关闭或未开通", en: "Huabei is restricted, closed or not open" },
          },
          {
            id: "shopUnsupported",
            text: { zh: "该商户不支持花呗", en: "This shop does not support Huabei" },
          },
          { id: "notHuabei", text: { zh: "顾客没有选花呗", en: "The customer had not chosen Huabei" } },
          { id: "unsure", text: { zh: "不清楚", en: "Not sure" } },
        ],
        // The customer has to look into an account of their own.
        cost: 3,
      },
    ] satisfies Question[]
  ).map((question) => [question.id, question]),
);
