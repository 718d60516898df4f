// Every fault there is, in the order in which they are applied and shown.
import { alipayMaintenance } from "./alipayMaintenance.ts";
import { huabeiClosedAtMerchant } from "./huabeiClosedAtMerchant.ts";
import { huabeiCreditShort } from "./huabeiCreditShort.ts";
import { merchantBlocked } from "./merchantBlocked.ts";
import type { Fault } from "./model.ts";
import { notificationDoubled } from "./notificationDoubled.ts";
import { notificationForged } from "./notificationForged.ts";
import { notificationLate } from "./notificationLate.ts";
import { notificationLost } from "./notificationLost.ts";
import { notificationWrongAmount } from "./notificationWrongAmount.ts";
import { payerFrozen } from "./payerFrozen.ts";
import { payerHuabeiClosed } from "./payerHuabeiClosed.ts";
import { replyLostAfterEffect } from "./replyLostAfterEffect.ts";
import { replyLostBeforeEffect } from "./replyLostBeforeEffect.ts";
import { requestAfterCancel } from "./requestAfterCancel.ts";
import { serverError } from "./serverError.ts";
import { slow } from "./slow.ts";
import { wrongSignature } from "./wrongSignature.ts";

export const faults: readonly Fault[] = [
  huabeiClosedAtMerchant,
  huabeiCreditShort,
  payerHuabeiClosed,
  payerFrozen,
  merchantBlocked,
  slow,
  serverError,
  wrongSignature,
  replyLostAfterEffect,
  replyLostBeforeEffect,
  requestAfterCancel,
  alipayMaintenance,
  notificationLost,
  notificationDoubled,
  notificationLate,
  notificationWrongAmount,
  notificationForged,
];

/** By id. */
export const faultOf: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.id, fault]));
