// What an admin may do about a member: a menu, and the dialog that asks before it is done.
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { member } from "#services/contract/organizations.ts";
import {
  endSessionsOf,
  makeResetLink,
  membersQuery,
  organizationQuery,
  patchMember,
  removeMember,
  resetSecondFactor,
} from "../../api/organization.ts";
import { Confirm } from "../parts/confirm.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { AboutScim } from "./kept-by-scim.tsx";
import { LookDialog } from "./look-dialog.tsx";

export type Member = z.infer<typeof member>;

interface Action {
  /** In the menu. */
  readonly label: string;
  readonly title: (name: string) => string;
  readonly text: string;
  readonly button: string;
  readonly isDangerous?: boolean;
  /** An identity provider that keeps the member by SCIM would set it back. */
  readonly isUndone?: true;
  readonly isOffered: (of: Member) => boolean;
  readonly send: (id: string) => Promise<unknown>;
}

const always = () => true;
const actions: readonly Action[] = [
  {
    label: "End all sessions…",
    title: (name) => `End all sessions of ${name}?`,
    text: "The member is signed out everywhere, and can sign in again.",
    button: "End the sessions",
    isOffered: (of) => of.state !== "invited",
    send: endSessionsOf,
  },
  {
    label: "Reset the second factor…",
    title: (name) => `Reset the second factor of ${name}?`,
    text: "For somebody who has lost the app and the recovery codes. Make sure that it is this person who asks.",
    button: "Reset",
    isOffered: (of) => of.secondFactor,
    send: resetSecondFactor,
  },
  {
    label: "Suspend…",
    title: (name) => `Suspend ${name}?`,
    text: "The member is signed out, cannot sign in to this organization, and the member's keys are refused. Nothing is deleted.",
    button: "Suspend",
    isUndone: true,
    isOffered: (of) => of.state !== "suspended",
    send: (id) => patchMember(id, { state: "suspended" }),
  },
  {
    label: "Lift the suspension…",
    title: (name) => `Lift the suspension of ${name}?`,
    text: "The member can sign in again, and the member's keys work again.",
    button: "Lift it",
    isUndone: true,
    isOffered: (of) => of.state === "suspended",
    send: (id) => patchMember(id, { state: "active" }),
  },
  {
    label: "Remove…",
    title: (name) => `Remove ${name}?`,
    text: "The member leaves the organization, with all sessions and keys in it. Collections stay.",
    button: "Remove",
    isDangerous: true,
    isUndone: true,
    isOffered: always,
    send: removeMember,
  },
];

const linkLabel = "Link for a new password…";

interface ResetLinkProps {
  readonly of: Member;
  readonly onClose: () => void;
}

function ResetLink({ of, onClose }: ResetLinkProps) {
  const [link, setLink] = useState<string>();
  if (link === undefined)
    return (
      <Confirm
        title={`A link for a new password of ${of.name}?`}
        button="Make a link"
        send={() => makeResetLink(of.id)}
        onDone={(made) => setLink(made.link)}
        onClose={onClose}
      >
        Whoever opens the link sets the password. Make sure that it is this person who asks.
      </Confirm>
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Pass this link on to ${of.name}`}
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="md">
        <Text size="sm">It is shown this once, and works once.</Text>
        <SecretLine label="Link" value={link} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function MemberActions({ of }: { readonly of: Member }) {
  const client = useQueryClient();
  const { data: organization } = useQuery(organizationQuery);
  const maySee = organization?.allowsLooking === true && of.state === "active";
  const [asked, setAsked] = useState<Action | "link" | "look">();
  const close = () => setAsked(undefined);
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${of.name}`}>
            <IconDots size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {maySee && (
            <Menu.Item onClick={() => setAsked("look")}>{`Look as ${of.name}…`}</Menu.Item>
          )}
          {of.state !== "invited" && (
            <Menu.Item onClick={() => setAsked("link")}>{linkLabel}</Menu.Item>
          )}
          {actions
            .filter((action) => action.isOffered(of))
            .map((action) => (
              <Menu.Item key={action.label} onClick={() => setAsked(action)}>
                {action.label}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {asked === "link" && <ResetLink of={of} onClose={close} />}
      {asked === "look" && <LookDialog of={of} onClose={close} />}
      {typeof asked === "object" && (
        <Confirm
          title={asked.title(of.name)}
          button={asked.button}
          isDangerous={asked.isDangerous === true}
          send={() => asked.send(of.id)}
          onDone={async () => {
            await client.invalidateQueries({ queryKey: membersQuery.queryKey });
            close();
          }}
          onClose={close}
        >
          <AboutScim isKept={of.keptByScim && asked.isUndone === true}>{asked.text}</AboutScim>
        </Confirm>
      )}
    </>
  );
}
