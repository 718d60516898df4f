// An amount in words, as on a cheque: whoever gives money back reads it once more in another form.
import type { Locale } from "@huiyin/contract/words.ts";

const figures = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"] as const;
const places = ["", "拾", "佰", "仟"] as const;
const groups = ["", "万", "亿"] as const;

/** 1250 → "壹拾贰元伍角整" or "twelve yuan and 50 fen". Amounts from 1 fen to 10,000,000,000 fen. */
export function amountInWords(amountFen: number, locale: Locale): string {
  const [yuan, fen] = [Math.floor(amountFen / 100), amountFen % 100];
  return locale === "zh" ? chinese(yuan, fen) : english(yuan, fen);
}

function chinese(yuan: number, fen: number): string {
  const [tenths, hundredths] = [Math.floor(fen / 10), fen % 10];
  const whole = yuan > 0 ? `${chineseWhole(yuan)}元` : "";
  if (fen === 0) return `${whole}整`;
  const tail = hundredths > 0 ? `${figures[hundredths] ?? ""}分` : "整";
  if (tenths > 0) return `${whole}${figures[tenths] ?? ""}角${tail}`;
  return `${whole}${whole === "" ? "" : "零"}${tail}`;
}

function chineseWhole(yuan: number): string {
  let words = "";
  let zero = false;
  const digits = String(yuan);
  for (const [index, digit] of [...digits].entries()) {
    const place = digits.length - 1 - index;
    const groupEnds = place % 4 === 0;
    if (digit === "0") zero = true;
    else {
      if (zero) words += "零";
      zero = false;
      words += (figures[Number(digit)] ?? "") + (places[place % 4] ?? "");
    }
    const group = digits.slice(Math.max(0, index - 3), index + 1);
    if (groupEnds && /[1-9]/.test(group.slice(-4)) && place > 0) words += groups[place / 4] ?? "";
  }
  return words;
}

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

function english(yuan: number, fen: number): string {
  const parts = [
    ...(yuan > 0 ? [`${englishWhole(yuan)} yuan`] : []),
    ...(fen > 0 ? [`${englishWhole(fen)} fen`] : []),
  ];
  return parts.join(" and ");
}

function englishWhole(number: number): string {
  if (number < 20) return small[number] ?? "";
  if (number < 100)
    return (tens[Math.floor(number / 10)] ?? "") + (number % 10 ? `-${small[number % 10] ?? ""}` : "");
  for (const [size, name] of [
    [1_000_000, "million"],
    [1_000, "thousand"],
    [100, "hundred"],
  ] as const) {
    if (number < size) continue;
    const rest = number % size;
    return `${englishWhole(Math.floor(number / size))} ${name}${rest ? ` ${englishWhole(rest)}` : ""}`;
  }
  return "";
}
