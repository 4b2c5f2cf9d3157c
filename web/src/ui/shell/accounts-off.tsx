// In the place of the account menu, where others may reach a server without accounts: that they are off. Nothing on one's own machine.
import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconUserOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { isLoopback } from "#services/domain/loopback.ts";
import { useSession } from "../account/use-session.ts";

export function AccountsOff() {
  const session = useSession();
  if (session.kind !== "without-accounts" || isLoopback(window.location.hostname)) return null;
  return (
    <Menu position="bottom-end" width={270} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label="Accounts are off">
          <IconUserOff size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className="user-head" role="presentation">
          <Text size="sm" fw={600}>
            Accounts are off
          </Text>
          <Text size="xs" c="dimmed">
            Everybody who reaches this server owns everything.
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/status">
          Turn accounts on…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
