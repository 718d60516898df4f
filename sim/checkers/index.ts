// Every checker there is, in the order in which their complaints help most.
import type { Checker } from "./checker.ts";
import { acknowledgedExist } from "./acknowledgedExist.ts";
import { announcedOnce } from "./announcedOnce.ts";
import { booksAgree } from "./booksAgree.ts";
import { callbacksBelieved } from "./callbacksBelieved.ts";
import { channelsWord } from "./channelsWord.ts";
import { declinedIsUncharged } from "./declinedIsUncharged.ts";
import { everyPaymentEnds } from "./everyPaymentEnds.ts";
import { lateSuccessIsWhole } from "./lateSuccessIsWhole.ts";
import { ledgerHolds } from "./ledgerHolds.ts";
import { legalTransitions } from "./legalTransitions.ts";
import { noSecrets } from "./noSecrets.ts";
import { nothingFails } from "./nothingFails.ts";
import { oneCharge } from "./oneCharge.ts";
import { refundsAgree } from "./refundsAgree.ts";
import { refundsAreBooked } from "./refundsAreBooked.ts";
import { refundsEnd } from "./refundsEnd.ts";
import { replaysAnswerTheSame } from "./replaysAnswerTheSame.ts";
import { succeededIsBooked } from "./succeededIsBooked.ts";
import { voidsAgree } from "./voidsAgree.ts";

export const checkers: readonly Checker[] = [
  nothingFails,
  booksAgree,
  refundsAgree,
  voidsAgree,
  oneCharge,
  declinedIsUncharged,
  callbacksBelieved,
  channelsWord,
  legalTransitions,
  everyPaymentEnds,
  refundsEnd,
  succeededIsBooked,
  refundsAreBooked,
  lateSuccessIsWhole,
  announcedOnce,
  ledgerHolds,
  acknowledgedExist,
  replaysAnswerTheSame,
  noSecrets,
];
