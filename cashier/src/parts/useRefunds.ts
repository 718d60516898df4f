// Reads what went back of a payment, again whenever its refunded amount changes.
import { useEffect, useState } from "react";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { Reply } from "../device/platform.ts";
import { useServices } from "../services.ts";

/** Its refunds; null while they are read, and where nothing was paid. */
export function useRefunds({ id, refundedAmount, state }: Payment): Reply<readonly Refund[]> | null {
  const { refundsOf } = useServices();
  const [reply, setReply] = useState<Reply<readonly Refund[]> | null>(null);
  useEffect(() => {
    if (state !== "succeeded") return;
    let present = true;
    void refundsOf(id).then((found) => present && setReply(found));
    return () => {
      present = false;
    };
  }, [refundsOf, id, refundedAmount, state]);
  return reply;
}
