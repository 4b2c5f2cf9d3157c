// Button for the colour scheme: light, dark, or the system's.
import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Preferences } from "#services/contract/accounts.ts";
import { accountQuery, patchAccount } from "../../api/account.ts";
import { useSession } from "../account/use-session.ts";

const order = ["auto", "light", "dark"] as const;
const names = { auto: "system", light: "light", dark: "dark" } as const;
const icons = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;

/** Kept in the account too, where somebody is signed in. */
const useScheme = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const session = useSession();
  const isOwn = session.kind === "signed-in" && session.look === undefined;
  const keep = useMutation({
    mutationFn: (scheme: Preferences["colorScheme"]) =>
      patchAccount({ preferences: { colorScheme: scheme } }),
  });
  return {
    colorScheme,
    change: (scheme: Preferences["colorScheme"]) => {
      setColorScheme(scheme);
      if (!isOwn) return;
      client.setQueryData(accountQuery.queryKey, (known) =>
        known?.user
          ? {
              ...known,
              user: {
                ...known.user,
                preferences: { ...known.user.preferences, colorScheme: scheme },
              },
            }
          : known,
      );
      keep.mutate(scheme);
    },
  };
};

export function SchemeToggle({ className }: { readonly className?: string }) {
  const { colorScheme, change } = useScheme();
  const next = order[(order.indexOf(colorScheme) + 1) % order.length] ?? "auto";
  const Icon = icons[colorScheme];
  useHotkeys([["mod+J", () => change(next)]]);
  const label = `Colour scheme: ${names[colorScheme]}. Change to ${names[next]}`;
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        {...(className === undefined ? {} : { className })}
        variant="subtle"
        color="gray"
        size={36}
        aria-label={label}
        onClick={() => change(next)}
      >
        <Icon size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
