// Every fault that the doctor can name, in the order in which they are looked for: one file each.
import type { Check } from "./model.ts";
import { binariesNotExecutable } from "./checks/binariesNotExecutable.ts";
import { brokerUnreachable } from "./checks/brokerUnreachable.ts";
import { certificateExpiring } from "./checks/certificateExpiring.ts";
import { channelKeyMismatch } from "./checks/channelKeyMismatch.ts";
import { clockOff } from "./checks/clockOff.ts";
import { configurationInvalid } from "./checks/configurationInvalid.ts";
import { dataDirectoryMissing } from "./checks/dataDirectoryMissing.ts";
import { diskNearlyFull } from "./checks/diskNearlyFull.ts";
import { jobsFailing } from "./checks/jobsFailing.ts";
import { ledgerBroken } from "./checks/ledgerBroken.ts";
import { masterKeyMissing } from "./checks/masterKeyMissing.ts";
import { masterKeyWrong } from "./checks/masterKeyWrong.ts";
import { migrationsAltered } from "./checks/migrationsAltered.ts";
import { migrationsPending } from "./checks/migrationsPending.ts";
import { nodeVersion } from "./checks/nodeVersion.ts";
import { partitionsMissing } from "./checks/partitionsMissing.ts";
import { permissionsOpen } from "./checks/permissionsOpen.ts";
import { portTaken } from "./checks/portTaken.ts";
import { processLeftovers } from "./checks/processLeftovers.ts";
import { resolverOverdue } from "./checks/resolverOverdue.ts";
import { restoreUnfinished } from "./checks/restoreUnfinished.ts";
import { sandboxExposed } from "./checks/sandboxExposed.ts";

export const checks: readonly Check[] = [
  nodeVersion,
  configurationInvalid,
  dataDirectoryMissing,
  permissionsOpen,
  diskNearlyFull,
  processLeftovers,
  portTaken,
  binariesNotExecutable,
  masterKeyMissing,
  sandboxExposed,
  brokerUnreachable,
  restoreUnfinished,
  migrationsPending,
  migrationsAltered,
  masterKeyWrong,
  channelKeyMismatch,
  certificateExpiring,
  ledgerBroken,
  partitionsMissing,
  clockOff,
  resolverOverdue,
  jobsFailing,
];
