// How a search was understood: every reading of every word, so that nobody wonders why something was found.
import { readPaymentSearch, type Reading } from "@huiyin/contract/paymentSearch.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";

export function Understood({ text }: { text: string }) {
  const { t } = useLanguage();
  const { words } = readPaymentSearch(text, new Date());
  if (words.length === 0) return null;
  const said = words.map((readings) => {
    const ways = readings.map((reading) => sayReading(t, reading));
    // Small and capital letters are one way to understand it: the first, as it was typed.
    const first = ways.map((way) => way.toLowerCase());
    return ways.filter((way, index) => first.indexOf(way.toLowerCase()) === index).join(` ${t("orWord")} `);
  });
  return (
    <p className="understood quiet">
      {t("understood")}
      {/* Spelled with the punctuation of the language. */}
      <span>{said.join(` ${t("andWord")} `)}</span>
    </p>
  );
}

function sayReading(t: ReturnType<typeof useLanguage>["t"], reading: Reading): string {
  switch (reading.kind) {
    case "payment":
      return t("readPayment");
    case "refund":
      return t("readRefund");
    case "terminalId":
      return t("readTerminal", { text: reading.id });
    case "number":
      return t("readNumber", { text: reading.text });
    case "ending":
      return t("readEnding", { text: reading.text });
    case "terminal":
      return t("readTerminal", { text: reading.text });
    case "amount": {
      const [from, to] = [yuan(reading.fromFen), yuan(reading.toFen)];
      return from === to ? t("readAmount", { from }) : t("readAmounts", { from, to });
    }
  }
}
