// The menu of whoever is signed in: the organization, where there are several; account, organization, signing out.
import { Menu, Modal, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconBuilding, IconLogout, IconServer, IconUserCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Account } from "#services/contract/accounts.ts";
import { chooseOrganization } from "../../api/account.ts";
import { administers, roleLabels, runsServer } from "../../shape/words/roles.ts";
import { useAccount } from "../account/use-session.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Face } from "../people/face.tsx";
import { useSignOut } from "./sign-out.tsx";

const icon = { size: 17, stroke: 1.6, "aria-hidden": true } as const;

interface OrganizationsProps {
  readonly account: Account;
  readonly onChoose: (id: string) => void;
}

function Organizations({ account, onChoose }: OrganizationsProps) {
  if (account.organizations.length < 2) return null;
  return (
    <>
      <Menu.Label>Organization</Menu.Label>
      <Menu.RadioGroup
        value={account.organization.id}
        onChange={(id) => {
          if (id !== account.organization.id) onChoose(id);
        }}
      >
        {account.organizations.map(({ id, name, role }) => (
          <Menu.RadioItem key={id} value={id} closeMenuOnClick>
            {name}
            <Text component="span" display="block" size="xs">
              {roleLabels[role]}
            </Text>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
    </>
  );
}

export function UserMenu() {
  const account = useAccount();
  const navigate = useNavigate();
  const leave = useSignOut();
  const choose = useMutation({
    mutationFn: async (id: string) => {
      // What is open belongs to the organization before, and is unknown to the next one.
      await navigate({ to: "/" });
      await chooseOrganization(id);
    },
  });
  const error = leave.error ?? choose.error;
  if (!account?.user) return null;
  const { name, email } = account.user;
  return (
    <>
      <Menu position="bottom-end" width={250} shadow="md">
        <Menu.Target>
          <UnstyledButton className="user-button">
            <Face id={account.user.id} name={name} size={32} />
            <VisuallyHidden>Your account: {name}</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="user-head" role="presentation">
            <Text size="sm" fw={600} className="clip">
              {name}
            </Text>
            <Text size="xs" c="dimmed" className="clip">
              {email}
            </Text>
          </div>
          <Menu.Divider />
          <Organizations account={account} onChoose={(id) => choose.mutate(id)} />
          {account.look === null && (
            <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle {...icon} />}>
              Account
            </Menu.Item>
          )}
          {administers(account.role) && (
            <Menu.Item component={Link} to="/organization" leftSection={<IconBuilding {...icon} />}>
              Organization
            </Menu.Item>
          )}
          {runsServer(account) && (
            <Menu.Item component={Link} to="/server" leftSection={<IconServer {...icon} />}>
              Server
            </Menu.Item>
          )}
          {account.look === null && <Menu.Divider />}
          <Menu.Item leftSection={<IconLogout {...icon} />} onClick={() => leave.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={error !== null}
        onClose={() => {
          leave.reset();
          choose.reset();
        }}
        title={leave.error ? "You are still signed in" : "The organization was not changed"}
        centered
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <ActionError error={error} />
      </Modal>
    </>
  );
}
