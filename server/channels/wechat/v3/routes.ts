// The calls of WeChat Pay v3 as data, both halves: where each is sent, and what an address that came in asks for.

export type V3CallName =
  | "codepay"
  | "native"
  | "jsapi"
  | "query"
  | "close"
  | "reverse"
  | "refund"
  | "refundQuery"
  | "certificates"
  | "tradebill";

/** "partner": a service provider acts for a sub-merchant; orders then have addresses of their own. */
export type V3Party = "direct" | "partner";

export type V3Call = Readonly<{
  name: V3CallName;
  method: "GET" | "POST";
  party: V3Party;
  /** Our number of the order or refund in the address; empty where there is none. */
  number: string;
}>;

const methods: Readonly<Record<V3CallName, "GET" | "POST">> = {
  codepay: "POST",
  native: "POST",
  jsapi: "POST",
  query: "GET",
  close: "POST",
  reverse: "POST",
  refund: "POST",
  refundQuery: "GET",
  certificates: "GET",
  tradebill: "GET",
};

const tails: ReadonlyMap<V3CallName, string> = new Map([
  ["close", "/close"],
  ["reverse", "/reverse"],
]);

/** How a call is sent. @param number ours, of the order or the refund, where the address names one */
export function v3Call(name: V3CallName, party: V3Party, number = ""): V3Call & Readonly<{ path: string }> {
  return { name, method: methods[name], party, number, path: pathOf(name, party, number) };
}

function pathOf(name: V3CallName, party: V3Party, number: string): string {
  const orders = `/v3/pay/${party === "partner" ? "partner/" : ""}transactions`;
  const encoded = encodeURIComponent(number);
  switch (name) {
    case "codepay":
    case "native":
    case "jsapi":
      return `${orders}/${name}`;
    case "query":
    case "close":
    case "reverse":
      return `${orders}/out-trade-no/${encoded}${tails.get(name) ?? ""}`;
    case "refund":
      return "/v3/refund/domestic/refunds";
    case "refundQuery":
      return `/v3/refund/domestic/refunds/${encoded}`;
    case "certificates":
      return "/v3/certificates";
    case "tradebill":
      return "/v3/bill/tradebill";
  }
}

/**
 * The gateway’s side: what an address asks for; null for any other. An order may also be named by WeChat Pay’s own number
 * (`/id/…`), which is then in `transactionId`.
 * @param path without its query and without any prefix before /v3
 */
export function readV3Path(
  method: string,
  path: string,
): (V3Call & Readonly<{ transactionId: string }>) | null {
  const orders =
    /^\/v3\/pay\/(partner\/)?transactions\/(?:(codepay|native|jsapi)|(out-trade-no|id)\/([^/]+)(\/close|\/reverse)?)$/;
  const [whole, partner, placed, key, number = "", tail = ""] = orders.exec(path) ?? [];
  const found = whole === undefined ? plainCall(method, path) : orderCall(placed, tail);
  if (found === null || methods[found.name] !== method) return null;
  const named = decoded(whole === undefined ? (found.number ?? "") : number);
  if (named === null || (key === "id" && found.name !== "query")) return null;
  return {
    name: found.name,
    method: methods[found.name],
    party: partner === undefined ? "direct" : "partner",
    number: key === "id" ? "" : named,
    transactionId: key === "id" ? named : "",
  };
}

type Found = Readonly<{ name: V3CallName; number?: string }>;

function orderCall(placed: string | undefined, tail: string): Found {
  if (placed === "codepay" || placed === "native" || placed === "jsapi") return { name: placed };
  return { name: tail === "/close" ? "close" : tail === "/reverse" ? "reverse" : "query" };
}

function plainCall(method: string, path: string): Found | null {
  if (path === "/v3/certificates") return { name: "certificates" };
  if (path === "/v3/bill/tradebill") return { name: "tradebill" };
  if (path === "/v3/refund/domestic/refunds") return { name: "refund" };
  const [, number] = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(path) ?? [];
  return number === undefined || method !== "GET" ? null : { name: "refundQuery", number };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
