// A clock that differs from the database’s, or that runs behind what is stored already.
import { timeOfId } from "@huiyin/server/kernel/ids.ts";
import type { Check } from "../model.ts";
import { limits } from "../limits.ts";

export const clockOff: Check = {
  id: "clockOff",
  severity: "broken",
  title: { zh: "时钟不准", en: "The clock is off" },
  next: {
    zh: "请为本机和数据库所在机器开启网络对时（NTP）。沙箱拨快过的时钟记录在数据目录的 clock-offset-ms 中，不要删除。",
    en: "Let this machine and that of the database follow network time (NTP). A sandbox clock that was moved on is kept in clock-offset-ms of the data directory: keep it.",
  },
  needs: "schema",
  look: async ({ now }, { client }) => {
    const { rows } = await client.query<{ moment: Date; newest: string | null }>(
      `select clock_timestamp() as moment,
              (select payment_id::text from payments.payment order by payment_id desc limit 1) as newest`,
    );
    const [row] = rows;
    if (row === undefined) return [];
    const found: string[] = [];
    const differenceSeconds = (row.moment.getTime() - Date.now()) / 1_000;
    if (Math.abs(differenceSeconds) > limits.clockDifferenceSecondsMax)
      found.push(`数据库相差 / the database differs by ${differenceSeconds.toFixed(1)} s`);
    if (row.newest === null) return found;
    const newest = timeOfId(`pay_${row.newest.replaceAll("-", "")}`);
    const aheadSeconds = (newest.getTime() - now.getTime()) / 1_000;
    if (aheadSeconds > limits.storedAheadSecondsMax)
      found.push(
        `最新一笔收款 / the newest payment: ${newest.toISOString()}, 现在 / now: ${now.toISOString()}`,
      );
    return found;
  },
};
