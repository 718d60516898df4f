// The command line: every command with its one-line purpose in both languages. What a command needs is read when it is
// called: none of them waits for the others’ code, nor keeps it in memory.
import { Command } from "commander";
import type { SetChannelOptions } from "./commands/channels.ts";
import type { Output } from "./print.ts";

/** What every command accepts. */
type CommonOptions = Readonly<{ json?: boolean }>;

function outputOf(options: CommonOptions): Output {
  return options.json === true ? "json" : "people";
}

/** Builds the program; running it is the caller's business. */
export function createProgram(): Command {
  const program = new Command("huiyin")
    .description("回音：开源的 POS 收单与扫码支付平台 / an open POS acquiring and scan-to-pay platform")
    .exitOverride()
    .showHelpAfterError("（用 --help 查看用法 / see --help）");
  const command = (name: string, purpose: string): Command =>
    (name.includes(" ") ? groupOf(program, name) : program)
      .command(name.slice(name.indexOf(" ") + 1))
      .description(purpose)
      .exitOverride()
      .option("--json", "以 JSON 输出 / print JSON");

  command("start", "启动平台 / start the platform").action(async (options: CommonOptions) =>
    (await import("./commands/start.ts")).start(outputOf(options)),
  );
  command("migrate", "升级数据库结构 / bring the database schema up to date").action(
    async (options: CommonOptions) =>
      (await import("./commands/migrate.ts")).migrateDatabase(outputOf(options)),
  );
  command("backup", "备份平台，运行中亦可 / back the platform up, running or not")
    .option("--to <file>", "写到这个新文件 / write this new file")
    .option("--verify <file>", "只检查一份备份 / only read a backup and check it")
    .action(async (options: CommonOptions & { to?: string; verify?: string }) =>
      options.verify === undefined
        ? (await import("./commands/backup.ts")).backUp(options, outputOf(options))
        : (await import("./commands/backup.ts")).verifyBackupFile(options.verify, outputOf(options)),
    );
  command("restore", "把备份恢复到空的数据目录或数据库 / restore a backup into an empty place")
    .argument("<file>", "备份文件 / the backup")
    .option("--master-key-file <file>", "主密钥所在的文件 / the file of the master key")
    .action(async (file: string, options: CommonOptions & { masterKeyFile?: string }) =>
      (await import("./commands/restore.ts")).restore(file, options, outputOf(options)),
    );
  command("doctor", "检查安装并指出问题 / examine an installation and name what is wrong").action(
    async (options: CommonOptions) => (await import("./commands/doctor.ts")).doctor(outputOf(options)),
  );
  command("demo", "演示完整故事并核对双方账本 / tell the whole story and compare both books")
    .option(
      "--inject-difference",
      "在账上植入一分钱差额，演示应当失败 / plant one fen of difference; must fail",
    )
    .action(async (options: CommonOptions & { injectDifference?: boolean }) =>
      (await import("./commands/demo.ts")).demo(
        outputOf(options),
        options.injectDifference === true ? "oneFen" : "none",
      ),
    );
  command("diagnose", "诊断一笔收款、一台终端或一个商户 / diagnose a payment, a terminal or a merchant")
    .argument("<id>", "pay_… trm_… mer_…")
    .action(async (id: string, options: CommonOptions) =>
      (await import("./commands/diagnose.ts")).diagnose(id, outputOf(options)),
    );
  command("ledger verify", "验证账本 / verify the ledger").action(async (options: CommonOptions) =>
    (await import("./commands/ledger.ts")).verifyLedger(outputOf(options)),
  );
  command("payments list", "最近的收款 / recent payments")
    .option("--limit <count>", "条数 / how many", "20")
    .option("--state <state>", "状态 / state")
    .action(async (options: CommonOptions & { limit: string; state?: string }) =>
      (await import("./commands/payments.ts")).listPayments(options, outputOf(options)),
    );
  channelCommands(command);
  partitionCommands(command);
  command("console link", "生成一次性控制台登录链接 / make a one-time sign-in link").action(
    async (options: CommonOptions) =>
      (await import("./commands/consoleLink.ts")).consoleLink(outputOf(options)),
  );
  faultCommands(command);
  return program;
}

function channelCommands(command: (name: string, purpose: string) => Command): void {
  command("channels list", "可接入的支付渠道和要填的字段 / channels and the fields they need").action(
    async (options: CommonOptions) =>
      (await import("./commands/channels.ts")).listChannels(outputOf(options)),
  );
  command("channels set", "试通并保存商户的渠道账户 / try a channel account out and store it")
    .argument("<channel>", "alipay")
    .requiredOption("--merchant <merchant>", "商户编号（8 位）或 mer_… / merchant number or id")
    .option(
      "--from <file>",
      "读取字段的 JSON 文件，@路径 表示读文件 / JSON file of fields; @path reads a file",
    )
    .option("--reason <text>", "写入记录的原因 / why, for the record", "命令行配置")
    .option("--disabled", "不试通，只保存为停用 / only store it, switched off, without trying it out")
    .action(async (channel: string, options: CommonOptions & SetChannelOptions) =>
      (await import("./commands/channels.ts")).setChannel(channel, options, outputOf(options)),
    );
}

function partitionCommands(command: (name: string, purpose: string) => Command): void {
  command("partitions list", "各月的状态和大小 / months, their state and size").action(
    async (options: CommonOptions) =>
      (await import("./commands/partitions.ts")).listPartitions(outputOf(options)),
  );
  command("partitions prepare", "建好各月分区，移走 DEFAULT 中的数据 / make months, empty DEFAULT").action(
    async (options: CommonOptions) =>
      (await import("./commands/partitions.ts")).preparePartitions(outputOf(options)),
  );
  command("partitions close", "核对账本并为一个月关账 / verify the books and close a month")
    .argument("<month>", "202611")
    .action(async (month: string, options: CommonOptions) =>
      (await import("./commands/partitions.ts")).closePartitions(month, outputOf(options)),
    );
  command("partitions detach", "归档已关账的旧月份 / archive an old month that is closed")
    .argument("<month>", "202611")
    .action(async (month: string, options: CommonOptions) =>
      (await import("./commands/partitions.ts")).detachPartitions(month, outputOf(options)),
    );
}

function faultCommands(command: (name: string, purpose: string) => Command): void {
  command("fault list", "沙箱的故障开关 / the sandbox's fault switches").action(
    async (options: CommonOptions) => (await import("./commands/fault.ts")).listFaults(outputOf(options)),
  );
  command("fault inject", "在沙箱植入故障 / switch a fault on")
    .argument("<causeId>")
    .action(async (causeId: string, options: CommonOptions) =>
      (await import("./commands/fault.ts")).injectFault(causeId, outputOf(options)),
    );
  command("fault clear", "清除沙箱故障 / switch a fault off")
    .argument("<causeId>")
    .action(async (causeId: string, options: CommonOptions) =>
      (await import("./commands/fault.ts")).clearFault(causeId, outputOf(options)),
    );
}

const groupPurposes: ReadonlyMap<string, string> = new Map([
  ["ledger", "账本 / the ledger"],
  ["payments", "收款 / payments"],
  ["partitions", "按月分区 / partitions by month"],
  ["channels", "支付渠道 / channels"],
  ["console", "控制台 / the console"],
  ["fault", "沙箱故障 / sandbox faults"],
]);

function groupOf(program: Command, name: string): Command {
  const group = name.slice(0, name.indexOf(" "));
  return (
    program.commands.find((present) => present.name() === group) ??
    program
      .command(group)
      .description(groupPurposes.get(group) ?? group)
      .exitOverride()
  );
}
