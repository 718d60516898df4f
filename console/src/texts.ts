// Every text of the console, Chinese first. English must have the same keys: the compiler sees to it.
import { channelsEn, channelsZh } from "./texts/channels.ts";
import { findingEn, findingZh } from "./texts/finding.ts";
import { generalEn, generalZh } from "./texts/general.ts";
import { healthEn, healthZh } from "./texts/health.ts";
import { merchantsEn, merchantsZh } from "./texts/merchants.ts";
import { refundsEn, refundsZh } from "./texts/refunds.ts";
import { routingEn, routingZh } from "./texts/routing.ts";
import { webhooksEn, webhooksZh } from "./texts/webhooks.ts";
import { windowsEn, windowsZh } from "./texts/windows.ts";
import { workEn, workZh } from "./texts/work.ts";

export const zh = {
  ...generalZh,
  ...findingZh,
  ...refundsZh,
  ...workZh,
  ...merchantsZh,
  ...channelsZh,
  ...healthZh,
  ...windowsZh,
  ...routingZh,
  ...webhooksZh,
} as const;

export const en: Record<keyof typeof zh, string> = {
  ...generalEn,
  ...findingEn,
  ...refundsEn,
  ...workEn,
  ...merchantsEn,
  ...channelsEn,
  ...healthEn,
  ...windowsEn,
  ...routingEn,
  ...webhooksEn,
};
