// The members of the organization and those who are invited: roles, invitations, what an admin may do about a member.
import { Badge, Button, Group, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { Account, MemberRole } from "#services/contract/accounts.ts";
import type { invitation } from "#services/contract/organizations.ts";
import {
  invitationsQuery,
  membersExportUrl,
  membersQuery,
  patchMember,
  withdrawInvitation,
} from "../api/organization.ts";
import { roleLabels } from "../shape/words/roles.ts";
import { ago, date } from "../shape/words/times.ts";
import { useAccount } from "../ui/account/use-session.ts";
import { Invite } from "../ui/organization/invite.tsx";
import { KeptByScim } from "../ui/organization/kept-by-scim.tsx";
import { type Member, MemberActions } from "../ui/organization/member-actions.tsx";
import { RoleSelect } from "../ui/organization/role-select.tsx";
import { ActionError } from "../ui/parts/action-error.tsx";
import { useDownload } from "../ui/parts/download.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useNow } from "../ui/parts/now.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { Face } from "../ui/people/face.tsx";

interface MemberRowProps {
  readonly of: Member;
  /** Whoever looks at the list. */
  readonly by: Account;
  readonly now: number;
}

function MemberRow({ of, by, now }: MemberRowProps) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (role: MemberRole) => patchMember(of.id, { role }),
    onSettled: () => client.invalidateQueries({ queryKey: membersQuery.queryKey }),
  });
  const isSelf = of.id === by.user?.id;
  // An admin changes nothing about an owner, and nobody about themselves: there must be somebody left who can.
  const isFixed = isSelf || (of.role === "owner" && by.role !== "owner");
  return (
    <li>
      <Face id={of.id} name={of.name} size={34} />
      <div className="row-main">
        <span className="row-title">
          {of.name}
          {isSelf && (
            <Badge size="sm" variant="light" tt="none">
              You
            </Badge>
          )}
          {of.state === "suspended" && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              Suspended
            </Badge>
          )}
          {of.state === "invited" && (
            <Badge size="sm" variant="light" tt="none">
              Invited
            </Badge>
          )}
          {of.keptByScim && <KeptByScim />}
        </span>
        <span className="row-sub">{of.email}</span>
        <span className="row-sub">
          {[
            ...(of.state === "invited"
              ? ["joins at the first sign-in"]
              : [
                  of.secondFactor ? "second factor" : "no second factor",
                  of.lastSeenAt === null ? "never signed in" : `seen ${ago(of.lastSeenAt, now)}`,
                ]),
            `since ${date(of.joinedAt)}`,
          ].join(" · ")}
        </span>
        <ActionError error={change.error} />
      </div>
      <div className="row-acts">
        {isFixed ? (
          <span className="row-sub">{roleLabels[of.role]}</span>
        ) : (
          <>
            <RoleSelect
              aria-label={`Role of ${of.name}`}
              size="xs"
              w={118}
              by={by.role}
              value={change.isPending ? change.variables : of.role}
              disabled={change.isPending}
              onChange={(role) => {
                if (role !== of.role) change.mutate(role);
              }}
            />
            <MemberActions of={of} />
          </>
        )}
      </div>
    </li>
  );
}

function InvitationRow({ of }: { readonly of: z.infer<typeof invitation> }) {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => withdrawInvitation(of.id),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  return (
    <li>
      <div className="row-main">
        <span className="row-title">{of.email}</span>
        <span className="row-sub">
          {roleLabels[of.role]} · invited {date(of.createdAt)} · ends {date(of.expiresAt)}
        </span>
        <ActionError error={withdraw.error} />
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={`Withdraw the invitation of ${of.email}`}
          loading={withdraw.isPending}
          onClick={() => withdraw.mutate()}
        >
          Withdraw
        </Button>
      </div>
    </li>
  );
}

function Invitations() {
  const { data } = useQuery(invitationsQuery);
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title="Invitations">
      <ul className="card rows" aria-label="Invitations">
        {data.map((one) => (
          <InvitationRow key={one.id} of={one} />
        ))}
      </ul>
    </Section>
  );
}

export function MembersPage() {
  useTitle("Members");
  const now = useNow();
  const account = useAccount();
  const [isInviting, setIsInviting] = useState(false);
  const csv = useDownload(membersExportUrl);
  const { data, error, refetch } = useQuery(membersQuery);
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (!account) return null;
  return (
    <Stack gap={44}>
      <Section
        title="Members"
        action={
          <Group gap="xs">
            <Button component="a" variant="default" size="xs" {...csv.props}>
              Download as CSV
            </Button>
            <Button size="xs" onClick={() => setIsInviting(true)}>
              Invite somebody
            </Button>
          </Group>
        }
      >
        <ActionError error={csv.error} />
        {data === undefined ? (
          <Skeleton h={220} radius="lg" aria-busy="true" />
        ) : (
          <ul className="card rows" aria-label="Members">
            {data.map((one) => (
              <MemberRow key={one.id} of={one} by={account} now={now} />
            ))}
          </ul>
        )}
      </Section>
      <Invitations />
      {isInviting && <Invite by={account.role} onClose={() => setIsInviting(false)} />}
    </Stack>
  );
}
