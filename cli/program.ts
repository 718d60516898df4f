// The command line: every command with its one-line purpose in both languages.
import { Command } from "commander";
import { backUp, verifyBackupFile } from "./commands/backup.ts";
import { listChannels, setChannel, type SetChannelOptions } from "./commands/channels.ts";
import { consoleLink } from "./commands/consoleLink.ts";
import { demo } from "./commands/demo.ts";
import { diagnose } from "./commands/diagnose.ts";
import { doctor } from "./commands/doctor.ts";
import { clearFault, injectFault, listFaults } from "./commands/fault.ts";
import { verifyLedger } from "./commands/ledger.ts";
import { migrateDatabase } from "./commands/migrate.ts";
import {
  closePartitions,
  detachPartitions,
  listPartitions,
  preparePartitions,
} from "./commands/partitions.ts";
import { listPayments } from "./commands/payments.ts";
import { restore } from "./commands/restore.ts";
import { start } from "./commands/start.ts";
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

  command("start", "启动平台 / start the platform").action((options: CommonOptions) =>
    start(outputOf(options)),
  );
  command("migrate", "升级数据库结构 / bring the database schema up to date").action(
    (options: CommonOptions) => migrateDatabase(outputOf(options)),
  );
  command("backup", "备份平台，运行中亦可 / back the platform up, running or not")
    .option("--to <file>", "写到这个新文件 / write this new file")
    .option("--verify <file>", "只检查一份备份 / only read a backup and check it")
    .action((options: CommonOptions & { to?: string; verify?: string }) =>
      options.verify === undefined
        ? backUp(options, outputOf(options))
        : verifyBackupFile(options.verify, outputOf(options)),
    );
  command("restore", "把备份恢复到空的数据目录或数据库 / restore a backup into an empty place")
    .argument("<file>", "备份文件 / the backup")
    .option("--master-key-file <file>", "主密钥所在的文件 / the file of the master key")
    .action((file: string, options: CommonOptions & { masterKeyFile?: string }) =>
      restore(file, options, outputOf(options)),
    );
  command("doctor", "检查安装并指出问题 / examine an installation and name what is wrong").action(
    (options: CommonOptions) => doctor(outputOf(options)),
  );
  command("demo", "演示完整故事并核对双方账本 / tell the whole story and compare both books")
    .option(
      "--inject-difference",
      "在账上植入一分钱差额，演示应当失败 / plant one fen of difference; must fail",
    )
    .action((options: CommonOptions & { injectDifference?: boolean }) =>
      demo(outputOf(options), options.injectDifference === true ? "oneFen" : "none"),
    );
  command("diagnose", "诊断一笔收款、一台终端或一个商户 / diagnose a payment, a terminal or a merchant")
    .argument("<id>", "pay_… trm_… mer_…")
    .action((id: string, options: CommonOptions) => diagnose(id, outputOf(options)));
  command("ledger verify", "验证账本 / verify the ledger").action((options: CommonOptions) =>
    verifyLedger(outputOf(options)),
  );
  command("payments list", "最近的收款 / recent payments")
    .option("--limit <count>", "条数 / how many", "20")
    .option("--state <state>", "状态 / state")
    .action((options: CommonOptions & { limit: string; state?: string }) =>
      listPayments(options, outputOf(options)),
    );
  channelCommands(command);
  partitionCommands(command);
  command("console link", "生成一次性控制台登录链接 / make a one-time sign-in link").action(
    (options: CommonOptions) => consoleLink(outputOf(options)),
  );
  faultCommands(command);
  return program;
}

function channelCommands(command: (name: string, purpose: string) => Command): void {
  command("channels list", "可接入的支付渠道和要填的字段 / channels and the fields they need").action(
    (options: CommonOptions) => listChannels(outputOf(options)),
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
    .action((channel: string, options: CommonOptions & SetChannelOptions) =>
      setChannel(channel, options, outputOf(options)),
    );
}

function partitionCommands(command: (name: string, purpose: string) => Command): void {
  command("partitions list", "各月的状态和大小 / months, their state and size").action(
    (options: CommonOptions) => listPartitions(outputOf(options)),
  );
  command("partitions prepare", "建好各月分区，移走 DEFAULT 中的数据 / make months, empty DEFAULT").action(
    (options: CommonOptions) => preparePartitions(outputOf(options)),
  );
  command("partitions close", "核对账本并为一个月关账 / verify the books and close a month")
    .argument("<month>", "202611")
    .action((month: string, options: CommonOptions) => closePartitions(month, outputOf(options)));
  command("partitions detach", "归档已关账的旧月份 / archive an old month that is closed")
    .argument("<month>", "202611")
    .action((month: string, options: CommonOptions) => detachPartitions(month, outputOf(options)));
}

function faultCommands(command: (name: string, purpose: string) => Command): void {
  command("fault list", "沙箱的故障开关 / the sandbox's fault switches").action((options: CommonOptions) =>
    listFaults(outputOf(options)),
  );
  command("fault inject", "在沙箱植入故障 / switch a fault on")
    .argument("<causeId>")
    .action((causeId: string, options: CommonOptions) => injectFault(causeId, outputOf(options)));
  command("fault clear", "清除沙箱故障 / switch a fault off")
    .argument("<causeId>")
    .action((causeId: string, options: CommonOptions) => clearFault(causeId, outputOf(options)));
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
