// Asks why a payment was not paid, once for each payment and language.
import { useEffect, useState } from "react";
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Reply } from "../device/platform.ts";
import { useServices } from "../services.ts";
import { useLanguage } from "./useLanguage.ts";

/** The platform's answer; null while it is awaited, and where there is no payment to ask about. */
export function useDiagnosis(paymentId: string | null): Reply<Diagnosis> | null {
  const { diagnose } = useServices();
  const language = useLanguage();
  const [reply, setReply] = useState<Reply<Diagnosis> | null>(null);
  useEffect(() => {
    if (paymentId === null) return;
    let present = true;
    void diagnose(paymentId).then((found) => present && setReply(found));
    return () => {
      present = false;
    };
  }, [diagnose, paymentId, language]);
  return reply;
}
