// Every fault there is, in the order in which they are applied and shown.
import { alipayMaintenance } from "./alipayMaintenance.ts";
import { bankError } from "./bankError.ts";
import { billHashWrong } from "./billHashWrong.ts";
import { billNotReady } from "./billNotReady.ts";
import { billRowExtra } from "./billRowExtra.ts";
import { billRowMissing } from "./billRowMissing.ts";
import { billTotalsWrong } from "./billTotalsWrong.ts";
import { certificateExpired } from "./certificateExpired.ts";
import { channelFault } from "./channelFault.ts";
import { defectiveSuccess } from "./defectiveSuccess.ts";
import { faultAfterEffect } from "./faultAfterEffect.ts";
import { huabeiClosedAtMerchant } from "./huabeiClosedAtMerchant.ts";
import { huabeiCreditShort } from "./huabeiCreditShort.ts";
import { keyRotation } from "./keyRotation.ts";
import { merchantBalanceShort } from "./merchantBalanceShort.ts";
import { merchantBlocked } from "./merchantBlocked.ts";
import { merchantLimit } from "./merchantLimit.ts";
import type { Fault } from "./model.ts";
import { notificationDoubled } from "./notificationDoubled.ts";
import { notificationForged } from "./notificationForged.ts";
import { notificationLate } from "./notificationLate.ts";
import { notificationLost } from "./notificationLost.ts";
import { notificationProbe } from "./notificationProbe.ts";
import { notificationWrongAmount } from "./notificationWrongAmount.ts";
import { paidTooLate } from "./paidTooLate.ts";
import { payerBalanceShort } from "./payerBalanceShort.ts";
import { payerCodeExpired } from "./payerCodeExpired.ts";
import { payerDayLimit } from "./payerDayLimit.ts";
import { payerFrozen } from "./payerFrozen.ts";
import { payerHuabeiClosed } from "./payerHuabeiClosed.ts";
import { payerMonthLimit } from "./payerMonthLimit.ts";
import { payerStoppedByRisk } from "./payerStoppedByRisk.ts";
import { refundStuck } from "./refundStuck.ts";
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
  payerBalanceShort,
  payerStoppedByRisk,
  payerDayLimit,
  payerMonthLimit,
  merchantLimit,
  payerCodeExpired,
  merchantBalanceShort,
  bankError,
  refundStuck,
  faultAfterEffect,
  defectiveSuccess,
  paidTooLate,
  keyRotation,
  certificateExpired,
  billNotReady,
  billHashWrong,
  billTotalsWrong,
  billRowMissing,
  billRowExtra,
  slow,
  serverError,
  wrongSignature,
  replyLostAfterEffect,
  replyLostBeforeEffect,
  requestAfterCancel,
  channelFault,
  alipayMaintenance,
  notificationLost,
  notificationDoubled,
  notificationLate,
  notificationWrongAmount,
  notificationForged,
  notificationProbe,
];

/** By id. */
export const faultOf: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.id, fault]));
