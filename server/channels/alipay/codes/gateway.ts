// Codes of the gateway itself: common to all methods, each under one main code.
import { declined, unknown, type CodeRow } from "./row.ts";

const reference = "Alipay OpenAPI v3 CommonErrorType; in v2 with the prefixes isv., isp., aop.";

/** Main code → rows. A sub-code under another main code than its own is not the documented answer. */
export const gatewayCodes: ReadonlyMap<string, readonly CodeRow[]> = new Map([
  [
    "20000",
    [
      unknown(["isp.unknow-error", "aop.unknow-error"], {
        blame: ["platform"],
        retry: "queryFirst",
        hints: ["C-CHN-03", "C-CHN-01"],
        reference,
      }),
    ],
  ],
  [
    "20001",
    [
      declined(
        [
          "aop.invalid-auth-token",
          "aop.auth-token-time-out",
          "aop.invalid-app-auth-token",
          "aop.invalid-app-auth-token-no-api",
          "aop.app-auth-token-time-out",
          "aop.no-product-reg-by-partner",
        ],
        { blame: ["platform", "merchant"], retry: "afterFix", hints: ["C-MCH-03", "C-X-05"], reference },
      ),
    ],
  ],
  [
    "40001",
    [
      declined(
        [
          "isv.missing-method",
          "isv.missing-signature",
          "isv.missing-signature-type",
          "isv.missing-signature-key",
          "isv.missing-access-token",
          "isv.missing-app-id",
          "isv.missing-timestamp",
          "isv.missing-version",
          "isv.missing-session",
          "isv.missing-encrypt-type",
          "isv.missing-encrypt-key",
          "isv.missing-app-cert-sn",
          "isv.missing-alipay-cert-sn",
          "isv.missing-alipay-root-cert-sn",
          "isv.missing-app-uid",
        ],
        { blame: ["platform"], retry: "afterFix", hints: ["C-CHN-05"], reference },
      ),
    ],
  ],
  ["40002", invalidArguments()],
  [
    "40005",
    [
      declined(["isv.app-call-limited", "isv.method-call-limited", "isv.exceed-api-balance"], {
        blame: ["platform"],
        retry: "later",
        hints: ["C-CHN-11"],
        reference,
      }),
    ],
  ],
  [
    "40006",
    [
      declined(["isv.insufficient-isv-permissions", "isv.insufficient-user-permissions"], {
        blame: ["platform", "merchant"],
        retry: "afterFix",
        hints: ["C-MCH-05", "C-MCH-01"],
        reference,
      }),
      declined(["isv.app-api-punished"], {
        blame: ["platform", "merchant"],
        retry: "afterFix",
        hints: ["C-ACC-04"],
        reference,
      }),
      declined(
        [
          "isv.illegal-client-ip",
          "isv.self-invoke-forbidden",
          "isv.app-auth-invoke-limit",
          "isv.not-support-app-auth",
          "isv.access-data-time-out",
          "isv.app-unbind-partner",
        ],
        { blame: ["platform", "merchant"], retry: "afterFix", hints: ["C-MCH-03"], reference },
      ),
    ],
  ],
]);

/** 40002: what we sent is wrong; by group, because the hint differs: key, clock, interface, parameters. */
function invalidArguments(): readonly CodeRow[] {
  const platformFixes = { blame: ["platform"], retry: "afterFix", reference } as const;
  return [
    declined(
      [
        "isv.invalid-signature",
        "isv.invalid-signature-type",
        "isv.invalid-digest",
        "isv.invalid-digest-type",
        "isv.invalid-encrypt",
        "isv.invalid-encrypt-type",
        "isv.invalid-alipay-root-cert-sn",
        "isv.unsupported-expired-app-key-sign",
        "isv.app-cert-not-exist",
        "isv.alipay-cert-not-exist",
        "isv.decryption-error*",
      ],
      { ...platformFixes, hints: ["C-X-05", "C-MCH-03"] },
    ),
    declined(["isv.invalid-timestamp", "isv.illegal-timestamp"], { ...platformFixes, hints: ["C-X-04"] }),
    declined(
      [
        "isv.invalid-version",
        "isv.unsupported-version",
        "isv.invalid-method",
        "isv.forbidden-api",
        "isv.unsupport-operation",
      ],
      {
        ...platformFixes,
        hints: ["C-CHN-04", "C-CHN-05"],
      },
    ),
    declined(
      [
        "isv.invalid-app-id",
        "isv.invalid-partnerid",
        "isv.invalid-product",
        "isv.invalid-auth-relations",
        "isv.invalid-app-state",
      ],
      {
        ...platformFixes,
        hints: ["C-MCH-03", "C-MCH-05"],
      },
    ),
    declined(
      [
        "isv.invalid-parameter",
        "isv.invalid-format",
        "isv.invalid-charset",
        "isv.invalid-encoding",
        "isv.invalid-subscribe-relations",
        "isv.illegal-json",
        "isv.illegal-card-no",
        "isv.code-invalid",
        "isv.upload-fail",
        "isv.invalid-file-extension",
        "isv.invalid-file-size",
        "isv.file-check-fail",
        "isv.suspected-attack",
        "isv.openid-error",
      ],
      { ...platformFixes, hints: ["C-CHN-05"] },
    ),
  ];
}
