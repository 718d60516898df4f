// The calls of WeChat Pay v2 as data, for whoever sends them and for whoever answers them.

export type V2Call = Readonly<{
  path: string;
  /** Whether the caller shows its certificate while the connection is made. */
  clientCertificate: "yes" | "no";
}>;

export const v2Calls = {
  /** Code pay: the merchant scans the payer. */
  micropay: { path: "/pay/micropay", clientCertificate: "no" },
  orderquery: { path: "/pay/orderquery", clientCertificate: "no" },
  /** Undoes code pay: closes what is unpaid, gives back what is paid. */
  reverse: { path: "/secapi/pay/reverse", clientCertificate: "yes" },
  /** A code to show (trade_type NATIVE). */
  unifiedorder: { path: "/pay/unifiedorder", clientCertificate: "no" },
  /** Not for code pay, which is only reversed. */
  closeorder: { path: "/pay/closeorder", clientCertificate: "no" },
  refund: { path: "/secapi/pay/refund", clientCertificate: "yes" },
  refundquery: { path: "/pay/refundquery", clientCertificate: "no" },
  downloadbill: { path: "/pay/downloadbill", clientCertificate: "no" },
} as const satisfies Readonly<Record<string, V2Call>>;

export type V2CallName = keyof typeof v2Calls;
