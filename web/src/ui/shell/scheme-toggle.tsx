// Button for the colour scheme: light, dark, or the system's.
import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const order = ["auto", "light", "dark"] as const;
const names = { auto: "system", light: "light", dark: "dark" } as const;
const icons = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;

export function SchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = order[(order.indexOf(colorScheme) + 1) % order.length] ?? "auto";
  const Icon = icons[colorScheme];
  useHotkeys([["mod+J", () => setColorScheme(next)]]);
  const label = `Colour scheme: ${names[colorScheme]}. Change to ${names[next]}`;
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={label}
        onClick={() => setColorScheme(next)}
      >
        <Icon size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
