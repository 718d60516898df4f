// Merchant-presented QR codes by EMVCo (“QR Code Specification for Payment Systems, Merchant-Presented Mode”): text of
// numbered fields, each with its length, and a checksum at the end. Lengths count characters, the checksum counts the
// bytes of UTF-8: with a Chinese name the two differ. Pure, so that tills, servers and payers’ phones read the same.

/** One numbered field: two digits, 1 to 99 characters. */
export type CodeField = Readonly<{ id: string; value: string }>;

/** Who receives the money: one account field (02–51). A template (26–51) names its network by a GUID or domain. */
export type AccountField =
  | Readonly<{ kind: "plain"; id: string; value: string }>
  | Readonly<{ kind: "template"; id: string; network: string; fields: readonly CodeField[] }>;

/** Reserved names of the additional data (field 62) by their number. "***" asks the payer’s app for the value. */
export const additionalFields = {
  billNumber: "01",
  mobileNumber: "02",
  storeNo: "03",
  loyaltyNumber: "04",
  reference: "05",
  customerLabel: "06",
  terminalNo: "07",
  purpose: "08",
  dataRequest: "09",
} as const;
export type AdditionalField = keyof typeof additionalFields;

export type MerchantCode = Readonly<{
  /** A static code is shown again and again; a dynamic one stands for one payment. Null where the code does not say. */
  initiation: "static" | "dynamic" | null;
  accounts: readonly AccountField[];
  /** ISO 18245: four digits. */
  categoryCode: string;
  /** ISO 4217 as three digits: 156 is the yuan. */
  currency: string;
  /** In hundredths of the currency; null where the payer keys it in. */
  amountMinor: bigint | null;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** At most 25 characters. */
  name: string;
  /** At most 15 characters. */
  city: string;
  postalCode: string | null;
  additional: Readonly<Partial<Record<AdditionalField, string>>>;
  /** The names in the merchant’s own language (field 64): "ZH". */
  local: Readonly<{ language: string; name: string; city: string | null }> | null;
  /** Fields that are ours or nobody’s: tips (55–57), unreserved templates (80–99), reserved ones (65–79). */
  others: readonly CodeField[];
}>;

/** What makes a text no such code. `checksumWrong` is what a smudge or a cut makes of one. */
export type CodeProblem =
  | "notACode"
  | "lengthWrong"
  | "checksumMissing"
  | "checksumWrong"
  | "fieldTwice"
  | "fieldMissing"
  | "fieldInvalid";

export type CodeReading =
  | Readonly<{ kind: "code"; code: MerchantCode }>
  | Readonly<{ kind: "problem"; problem: CodeProblem; fieldId: string | null }>;

/** A field cannot be written: longer than it may be, empty, or of another form. Names the field. */
export class MerchantCodeError extends Error {
  override readonly name = "MerchantCodeError";
  readonly fieldId: string;

  constructor(fieldId: string, problem: string) {
    super(`field ${fieldId}: ${problem}`);
    this.fieldId = fieldId;
  }
}

const amountPattern = /^(?=.{1,13}$)(0|[1-9][0-9]*)(?:\.([0-9]{0,2}))?$/;
const currencyPattern = /^[0-9]{3}$/;
const languagePattern = /^[A-Za-z]{2}$/;
const additionalNames = new Map<string, AdditionalField>(
  (Object.keys(additionalFields) as AdditionalField[]).map((name) => [additionalFields[name], name]),
);

/**
 * The text of a code, with its checksum, to be drawn as a QR.
 * @throws MerchantCodeError where a field does not fit the specification
 */
export function writeMerchantCode(code: MerchantCode): string {
  if (code.accounts.length === 0) throw new MerchantCodeError("02", "a code names at least one account");
  const fields: CodeField[] = [{ id: "00", value: "01" }];
  const add = (id: string, value: string | null): void => void (value !== null && fields.push({ id, value }));
  add("01", code.initiation && (code.initiation === "static" ? "11" : "12"));
  for (const account of code.accounts) add(account.id, accountText(account));
  add("52", checked("52", code.categoryCode, /^[0-9]{4}$/));
  add("53", checked("53", code.currency, currencyPattern));
  add("54", code.amountMinor === null ? null : checked("54", amountText(code.amountMinor), amountPattern));
  add("58", checked("58", code.country, /^[A-Z]{2}$/));
  add("59", limited("59", code.name, 25));
  add("60", limited("60", code.city, 15));
  add("61", code.postalCode === null ? null : limited("61", code.postalCode, 10));
  add("62", additionalText(code.additional));
  if (code.local !== null) add("64", localText(code.local));
  for (const { id, value } of code.others) add(checked(id, id, /^(5[5-7]|6[5-9]|[7-9][0-9])$/), value);
  const ids = fields.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new MerchantCodeError(twice, "comes twice");
  const text = `${fields.map(fieldText).join("")}6304`;
  return text + checksum(text);
}

/** Reads the text of a code, its checksum first. Never throws. */
export function readMerchantCode(text: string): CodeReading {
  if (!text.startsWith("000201")) return problem("notACode");
  const end = text.length - 8;
  if (end < 0 || text.slice(end, end + 4) !== "6304") return problem("checksumMissing", "63");
  if (checksum(text.slice(0, -4)) !== text.slice(-4).toUpperCase()) return problem("checksumWrong", "63");
  const fields = fieldsIn(text.slice(0, end));
  if (fields === null) return problem("lengthWrong");
  const byId = new Map(fields.map(({ id, value }) => [id, value]));
  if (byId.size !== fields.length) return problem("fieldTwice", twiceIn(fields));
  return codeOf(fields, byId);
}

/** CRC-16/CCITT-FALSE over the bytes of UTF-8, as four upper-case hexadecimal digits; "29B1" for "123456789". */
export function checksum(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

function codeOf(fields: readonly CodeField[], byId: ReadonlyMap<string, string>): CodeReading {
  const wanted = (id: string, pattern: RegExp): CodeProblem | null => {
    const value = byId.get(id);
    if (value === undefined) return "fieldMissing";
    return pattern.test(value) ? null : "fieldInvalid";
  };
  for (const [id, pattern] of [
    ["52", /^[0-9]{4}$/],
    ["53", currencyPattern],
    ["58", /^[A-Z]{2}$/],
    ["59", /^.{1,25}$/su],
    ["60", /^.{1,15}$/su],
  ] as const) {
    const wrong = wanted(id, pattern);
    if (wrong !== null) return problem(wrong, id);
  }
  const initiation = initiationOf(byId.get("01"));
  if (initiation === undefined) return problem("fieldInvalid", "01");
  const amountMinor = amountIn(byId.get("54"));
  if (amountMinor === undefined) return problem("fieldInvalid", "54");
  const accounts = fields.filter(({ id }) => isAccount(id)).map(accountOf);
  const [first] = accounts;
  if (first === undefined) return problem("fieldMissing", "02");
  const broken = accounts.findIndex((account) => account === null);
  if (broken >= 0)
    return problem("fieldInvalid", fields.filter(({ id }) => isAccount(id))[broken]?.id ?? null);
  const additional = additionalOf(byId.get("62"));
  if (additional === null) return problem("fieldInvalid", "62");
  const local = localOf(byId.get("64"));
  if (local === undefined) return problem("fieldInvalid", "64");
  return {
    kind: "code",
    code: {
      ...{ initiation, amountMinor, additional, local },
      accounts: accounts.filter((account) => account !== null),
      categoryCode: byId.get("52") ?? "",
      currency: byId.get("53") ?? "",
      country: byId.get("58") ?? "",
      name: byId.get("59") ?? "",
      city: byId.get("60") ?? "",
      postalCode: byId.get("61") ?? null,
      others: fields.filter(({ id }) => /^(5[5-7]|6[5-9]|[7-9][0-9])$/.test(id)),
    },
  };
}

const problem = (name: CodeProblem, fieldId: string | null = null): CodeReading => ({
  kind: "problem",
  problem: name,
  fieldId,
});

const isAccount = (id: string): boolean => id >= "02" && id <= "51";
const isTemplate = (id: string): boolean => id >= "26" && id <= "51";

function initiationOf(value: string | undefined): MerchantCode["initiation"] | undefined {
  if (value === undefined) return null;
  return value === "11" ? "static" : value === "12" ? "dynamic" : undefined;
}

function accountOf({ id, value }: CodeField): AccountField | null {
  if (!isTemplate(id)) return { kind: "plain", id, value };
  const [network, ...fields] = fieldsIn(value) ?? [];
  return network?.id === "00" ? { kind: "template", id, network: network.value, fields } : null;
}

function accountText(account: AccountField): string {
  if (!isAccount(account.id) || isTemplate(account.id) !== (account.kind === "template"))
    throw new MerchantCodeError(account.id, "02–25 are plain accounts, 26–51 templates");
  if (account.kind === "plain") return account.value;
  return [{ id: "00", value: account.network }, ...account.fields].map(fieldText).join("");
}

/** Undefined where it is none; amounts are written with a point and at most two decimals. */
function amountIn(text: string | undefined): bigint | null | undefined {
  if (text === undefined) return null;
  const parts = amountPattern.exec(text);
  if (parts === null) return undefined;
  return BigInt(parts[1] ?? "0") * 100n + BigInt((parts[2] ?? "").padEnd(2, "0"));
}

function amountText(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
}

function additionalOf(text: string | undefined): MerchantCode["additional"] | null {
  if (text === undefined) return {};
  const fields = fieldsIn(text);
  if (fields === null) return null;
  const known = fields.flatMap(({ id, value }) => {
    const name = additionalNames.get(id);
    return name === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(known);
}

function additionalText(additional: MerchantCode["additional"]): string | null {
  const fields = Object.entries(additional).map(([name, value]) =>
    fieldText({ id: additionalFields[name as AdditionalField], value: limited("62", value, 25) }),
  );
  return fields.length === 0 ? null : fields.sort().join("");
}

function localOf(text: string | undefined): MerchantCode["local"] | undefined {
  if (text === undefined) return null;
  const fields = new Map(fieldsIn(text)?.map(({ id, value }) => [id, value]));
  const [language, name] = [fields.get("00"), fields.get("01")];
  if (language === undefined || name === undefined || !languagePattern.test(language)) return undefined;
  return { language, name, city: fields.get("02") ?? null };
}

function localText({ language, name, city }: NonNullable<MerchantCode["local"]>): string {
  const fields = [
    { id: "00", value: checked("64", language, languagePattern) },
    { id: "01", value: limited("64", name, 25) },
    ...(city === null ? [] : [{ id: "02", value: limited("64", city, 15) }]),
  ];
  return fields.map(fieldText).join("");
}

/** The fields of a text or of a template; null where a length does not fit. */
function fieldsIn(text: string): CodeField[] | null {
  const characters = [...text];
  const fields: CodeField[] = [];
  for (let at = 0; at < characters.length;) {
    const head = characters.slice(at, at + 4).join("");
    if (!/^[0-9]{4}$/.test(head)) return null;
    const length = Number(head.slice(2));
    const value = characters.slice(at + 4, at + 4 + length);
    if (length === 0 || value.length !== length) return null;
    fields.push({ id: head.slice(0, 2), value: value.join("") });
    at += 4 + length;
  }
  return fields;
}

function twiceIn(fields: readonly CodeField[]): string | null {
  const ids = fields.map(({ id }) => id);
  return ids.find((id, index) => ids.indexOf(id) !== index) ?? null;
}

function fieldText({ id, value }: CodeField): string {
  return id + String([...limited(id, value, 99)].length).padStart(2, "0") + value;
}

function limited(id: string, value: string, most: number): string {
  const length = [...value].length;
  if (length < 1 || length > most)
    throw new MerchantCodeError(id, `has ${length} characters, not 1 to ${most}`);
  return value;
}

function checked(id: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new MerchantCodeError(id, `"${value}" has another form`);
  return value;
}
