// What a person sees after npm start: what to open, and one curl that pays.

export type Addresses = Readonly<{
  platform: string;
  /** Carries a one-time token behind #. */
  console: string;
  documentation: string;
  logFile: string | null;
  dataDirectory: string;
  sandbox: Readonly<{
    wallet: string;
    cashier: string;
    merchantKey: string;
    /** Where the printed payment is taken: the terminals of this store speak it. */
    storeId: string;
    /** 店长码 that the demo store came with: a terminal asks for it before a refund. */
    managerCode: string;
    /** Shows a fresh payer code of a demo payer. */
    payerCode: string;
    controlToken: string;
  }> | null;
}>;

/** The text for the terminal. */
export function welcome(addresses: Addresses): string {
  const { sandbox } = addresses;
  const lines = [
    "回音已启动 / Huiyin is running",
    "",
    `  控制台 console   ${addresses.console}`,
    "                   （一次性链接，15 分钟内有效 / works once, within 15 minutes）",
  ];
  if (sandbox) {
    lines.push(
      `  收银台 cashier   ${sandbox.cashier}`,
      `  钱包   wallet    ${sandbox.wallet}`,
      `  接口   API       ${addresses.documentation}`,
      `  店长码 manager   ${sandbox.managerCode}（演示门店初始码，终端退款时输入 / the demo store’s first code, for refunds at a terminal）`,
      "",
      "用一条命令收一笔款 / Take a payment with one command:",
      "",
      curlThatPays(addresses.platform, sandbox),
    );
  } else {
    lines.push(`  接口   API       ${addresses.documentation}`);
  }
  lines.push("", `  数据 data  ${addresses.dataDirectory}`);
  if (addresses.logFile !== null) lines.push(`  日志 log   ${addresses.logFile}`);
  lines.push("", "按 Ctrl-C 停止 / Ctrl-C stops it");
  return lines.join("\n");
}

/** Pays ¥12.50 from a demo payer’s wallet; each run shows a fresh payer code and uses a fresh idempotency key. */
function curlThatPays(platform: string, sandbox: NonNullable<Addresses["sandbox"]>): string {
  const show = `curl -s -X POST -H 'Authorization: Bearer ${sandbox.controlToken}' -H 'Accept: text/plain' ${sandbox.payerCode}`;
  return [
    `curl -s -X POST ${platform}/v1/payments \\`,
    `  -H 'Authorization: Bearer ${sandbox.merchantKey}' \\`,
    `  -H "Idempotency-Key: demo-$(date +%s%N)" -H 'Content-Type: application/json' \\`,
    `  -d "{\\"amount\\":1250,\\"storeId\\":\\"${sandbox.storeId}\\",\\"payerCode\\":\\"$(${show})\\"}"`,
  ].join("\n");
}
