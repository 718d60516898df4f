// huiyin fault …: the switches of the sandbox world, by the id of the cause they plant.
import type { Localized } from "@huiyin/contract/words.ts";
import { connect } from "../client.ts";
import { print, table, type Output } from "../print.ts";

type Fault = Readonly<{ id: string; title: Localized; active: boolean }>;

export async function listFaults(output: Output): Promise<void> {
  const faults = await connect().control<{ items: Fault[] }>("GET", "/faults");
  print(output, faults, () =>
    console.log(
      table(
        faults.items.map((fault) => [fault.active ? "●" : "○", fault.id, fault.title.zh, fault.title.en]),
      ),
    ),
  );
}

export async function injectFault(causeId: string, output: Output): Promise<void> {
  const fault = await connect().control<unknown>("PUT", `/faults/${encodeURIComponent(causeId)}`, {});
  print(output, fault, () => console.log(`已植入 / switched on: ${causeId}`));
}

export async function clearFault(causeId: string, output: Output): Promise<void> {
  await connect().control<unknown>("DELETE", `/faults/${encodeURIComponent(causeId)}`);
  print(output, { id: causeId, active: false }, () => console.log(`已清除 / switched off: ${causeId}`));
}
