// One search box: what somebody typed or pasted tells what it is.

export type Search =
  | Readonly<{ kind: "nothing" }>
  | Readonly<{ kind: "payment"; id: string }>
  | Readonly<{
      kind: "filter";
      name: "amount" | "channelTradeNo" | "channelOrderNo" | "merchantOrderNo";
      value: string;
    }>;

/**
 * Reads a search text. Payment ids open at once; amounts are yuan ("12", "12.50", "¥1,234.00");
 * 28 digits are Alipay's trade number; 8 digits and 24 letters or digits are our number at the channel;
 * everything else is taken as the merchant's own order number.
 */
export function searchOf(typed: string): Search {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  if (/^pay_[0-9a-f]{32}$/.test(text)) return { kind: "payment", id: text };
  const amount = /^[¥￥]?\s?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (amount) {
    const whole = (amount[1] ?? "0").replaceAll(",", "");
    const fen = BigInt(whole) * 100n + BigInt((amount[2] ?? "").padEnd(2, "0"));
    return { kind: "filter", name: "amount", value: fen.toString() };
  }
  if (/^\d{28}$/.test(text)) return { kind: "filter", name: "channelTradeNo", value: text };
  if (/^\d{8}[0-9a-z]{24}$/.test(text)) return { kind: "filter", name: "channelOrderNo", value: text };
  return { kind: "filter", name: "merchantOrderNo", value: text };
}
