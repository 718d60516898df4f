// “Scan”: a code that the merchant shows, from the list of those that are open, as text, or out of a picture.
import { useEffect, useRef, useState, type SubmitEvent } from "react";
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { Offer, Wallet } from "../model.ts";
import { momentText, yuan } from "../money.ts";
import { problemText } from "./reasons.ts";
import { textInPicture } from "./reader.ts";

const placeholders = {
  alipay: "https://qr.alipay.com/bax…",
  wechat: "weixin://wxpay/bizpayurl?pr=…",
  unionpay: "https://qr.95516.com/…",
} as const;

const printedCode = /^https?:\/\/[^/?#]+\/c\/[0-9a-z]{26}$/;

function openPage(walletId: string, url: string): Promise<Readonly<{ location: string }>> {
  return call("POST", `/control/wallets/${walletId}/pages`, { url });
}

export type ScanScreenProps = Readonly<{
  wallet: Wallet;
  offers: readonly Offer[];
  /** The scan made a payment that waits for the password. */
  onScanned(): void;
  refresh(): void;
}>;

export function ScanScreen(props: ScanScreenProps) {
  const { t } = useLanguage();
  const { text, setText, note, busy, scan, scanPicture } = useScan(props);
  usePastedPicture(scanPicture);
  return (
    <section className="scan">
      <h1>{t("scan.title")}</h1>
      <form
        className="scan-form"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void scan(text);
        }}
      >
        <label htmlFor="scan-text">{t("scan.text")}</label>
        <input
          id="scan-text"
          value={text}
          placeholder={placeholders[props.wallet.channel]}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby="scan-note"
          onChange={(event) => setText(event.target.value)}
        />
        <div className="scan-actions">
          <button
            type="submit"
            className="button button-main"
            disabled={text.trim() === "" || busy === "yes"}
          >
            {t("scan.go")}
          </button>
          <PictureButton busy={busy} onPicture={(picture) => void scanPicture(picture)} />
        </div>
        <p id="scan-note" className="scan-note" role="status">
          {note}
        </p>
      </form>
      <h2>{t("scan.open")}</h2>
      <OfferList offers={props.offers} busy={busy} onChoose={(codeUrl) => void scan(codeUrl)} />
    </section>
  );
}

type Scan = Readonly<{
  text: string;
  setText(text: string): void;
  /** What there is to say: what goes on, or what went wrong. */
  note: string;
  busy: "yes" | "no";
  scan(codeUrl: string): Promise<void>;
  scanPicture(picture: Blob): Promise<void>;
}>;

function useScan({ wallet, onScanned, refresh }: ScanScreenProps): Scan {
  const language = useLanguage();
  const { t } = language;
  const [text, setText] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState<"yes" | "no">("no");

  const scan = async (codeUrl: string): Promise<void> => {
    setBusy("yes");
    setNote("");
    try {
      // WeChat opens the page of a printed code in its own browser: here, in a tab that plays it.
      if (wallet.channel === "wechat" && printedCode.test(codeUrl.trim())) {
        const tab = window.open("", "_blank");
        const opened = await openPage(wallet.id, codeUrl.trim()).catch((error: unknown) => {
          tab?.close();
          throw error;
        });
        // A browser that lets no tab open goes there itself.
        (tab ?? window).location.assign(opened.location);
        setText("");
        setBusy("no");
        return;
      }
      if (printedCode.test(codeUrl.trim())) {
        setNote(t("scan.printed"));
        setBusy("no");
        return;
      }
      await call("POST", `/control/wallets/${wallet.id}/scans`, { codeUrl });
      setText("");
      onScanned();
    } catch (error) {
      setNote(problemText(language, error));
    }
    setBusy("no");
    refresh();
  };
  const scanPicture = async (picture: Blob): Promise<void> => {
    setBusy("yes");
    setNote(t("scan.reading"));
    const found = await textInPicture(picture).catch(() => null);
    setBusy("no");
    if (found === null) return setNote(t("scan.nothing"));
    setText(found);
    await scan(found);
  };
  return { text, setText, note, busy, scan, scanPicture };
}

type OfferListProps = Readonly<{
  offers: readonly Offer[];
  busy: "yes" | "no";
  onChoose(codeUrl: string): void;
}>;

function OfferList({ offers, busy, onChoose }: OfferListProps) {
  const { t, locale } = useLanguage();
  if (offers.length === 0) return <p className="scan-empty">{t("scan.empty")}</p>;
  return (
    <ul>
      {offers.map((offer) => (
        <li key={offer.codeUrl}>
          <button
            type="button"
            className="offer"
            disabled={busy === "yes"}
            onClick={() => onChoose(offer.codeUrl)}
          >
            <span className="offer-text">
              <span className="offer-name">{offer.merchantName}</span>
              <span className="offer-note">
                {offer.subject} · {t("scan.until", { at: momentText(new Date(offer.expiresAt), locale) })}
              </span>
            </span>
            <span className="offer-amount">{yuan(offer.amount)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function PictureButton({
  busy,
  onPicture,
}: Readonly<{ busy: "yes" | "no"; onPicture(picture: Blob): void }>) {
  const { t } = useLanguage();
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        accept="image/*"
        hidden
        aria-label={t("scan.picture")}
        onChange={(event) => {
          const [picture] = event.target.files ?? [];
          // The same picture again is a choice too.
          event.target.value = "";
          if (picture !== undefined) onPicture(picture);
        }}
      />
      <button
        type="button"
        className="button"
        disabled={busy === "yes"}
        onClick={() => field.current?.click()}
      >
        {t("scan.picture")}
      </button>
    </>
  );
}

/** A picture pasted anywhere on the page while this screen is open. */
function usePastedPicture(onPicture: (picture: Blob) => Promise<void>): void {
  const latest = useRef(onPicture);
  useEffect(() => void (latest.current = onPicture));
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const items = [...(event.clipboardData?.items ?? [])];
      const picture = items.find(({ type }) => type.startsWith("image/"))?.getAsFile();
      if (picture === undefined || picture === null) return;
      event.preventDefault();
      void latest.current(picture);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, []);
}
