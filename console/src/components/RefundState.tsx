// The state of a refund in words, with what it waits for.
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { givenBackStateWords, givenBackWaitWords } from "@huiyin/contract/words.ts";
import { useLanguage } from "../language.ts";
import { Dot, type Tone } from "./State.tsx";

const tones: Record<Refund["state"], Tone> = {
  processing: "processing",
  succeeded: "paid",
  failed: "broken",
};

export function RefundStateDot({ refund }: { refund: Refund }) {
  const { pick } = useLanguage();
  const tone =
    refund.waitingFor === "person" || refund.waitingFor === "stuck" ? "person" : tones[refund.state];
  return <Dot tone={tone}>{pick(givenBackStateWords[refund.way][refund.state])}</Dot>;
}

/** What it waits for and what the channel said; nothing where there is nothing to say. */
export function RefundWait({ refund }: { refund: Refund }) {
  const { pick } = useLanguage();
  return (
    <>
      {refund.waitingFor && <div>{pick(givenBackWaitWords[refund.way][refund.waitingFor])}</div>}
      {refund.state !== "succeeded" && refund.channelCode && (
        <div className="quiet">
          <code>{refund.channelCode}</code> {refund.channelMessage}
        </div>
      )}
    </>
  );
}
