// Every cause this release can name. The test beside this file holds it against the folder.
import channelMaintenance from "./causes/C-CHN-01.ts";
import platformMaintenance from "./causes/C-CHN-02.ts";
import huabeiNotOpen from "./causes/C-MCH-01.ts";
import creditRefused from "./causes/C-MCH-08.ts";
import merchantFrozen from "./causes/C-ACC-02.ts";
import refundBalanceShort from "./causes/C-ACC-03.ts";
import payerMoneyShort from "./causes/C-PAY-01.ts";
import payerFrozen from "./causes/C-PAY-02.ts";
import collectingCodeScanned from "./causes/C-PAY-09.ts";
import limitExceeded from "./causes/C-PAY-13.ts";
import batteryLow from "./causes/C-HW-06.ts";
import networkUnstable from "./causes/C-NET-01.ts";
import channelFault from "./causes/C-CHN-03.ts";
import payerDidNotPay from "./causes/C-X-08.ts";
import givenBack from "./causes/C-X-09.ts";
import arrivalNotDelivered from "./causes/C-ARR-01.ts";
import terminalOffline from "./causes/C-NET-02.ts";
import payerHuabeiClosed from "./causes/C-PAY-03.ts";
import payerCreditShort from "./causes/C-PAY-04.ts";
import payerCodeExpired from "./causes/C-X-01.ts";
import terminalSilent from "./causes/C-X-06.ts";
import unknownCause from "./causes/C-X-11.ts";
import nothingWrong from "./causes/C-X-12.ts";
import { assert } from "../../kernel/assert.ts";
import type { Cause } from "./model.ts";

export const causes: readonly Cause[] = [
  huabeiNotOpen,
  creditRefused,
  merchantFrozen,
  refundBalanceShort,
  payerMoneyShort,
  payerFrozen,
  collectingCodeScanned,
  limitExceeded,
  batteryLow,
  networkUnstable,
  channelFault,
  platformMaintenance,
  payerDidNotPay,
  givenBack,
  payerHuabeiClosed,
  payerCreditShort,
  terminalOffline,
  channelMaintenance,
  arrivalNotDelivered,
  payerCodeExpired,
  terminalSilent,
  unknownCause,
  nothingWrong,
];

export function causeOf(id: string): Cause {
  const cause = causes.find((candidate) => candidate.id === id);
  assert(cause !== undefined, `no cause is called ${id}`);
  return cause;
}
