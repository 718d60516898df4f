// Which wallet this phone pays with: one button for each network that the sandbox simulates.
import { useLanguage } from "../language.tsx";
import type { Channel } from "../model.ts";

export type WalletSwitchProps = Readonly<{
  channels: readonly Channel[];
  chosen: Channel;
  onChoose(channel: Channel): void;
}>;

export function WalletSwitch({ channels, chosen, onChoose }: WalletSwitchProps) {
  const { t } = useLanguage();
  if (channels.length < 2) return null;
  return (
    <div className="wallet-switch" role="group" aria-label={t("channel.choose")}>
      {channels.map((channel) => (
        <button
          key={channel}
          type="button"
          className="wallet-choice"
          aria-pressed={channel === chosen}
          onClick={() => onChoose(channel)}
        >
          {t(`channel.${channel}`)}
        </button>
      ))}
    </div>
  );
}
