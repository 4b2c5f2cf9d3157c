// What a member sees whose organization requires a second factor, until one is set up.
import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery } from "../../api/account.ts";
import { DoorCard } from "../door/door.tsx";
import { useTitle } from "../parts/page-title.ts";
import { PasswordForm } from "./password-form.tsx";
import { TotpSetup } from "./totp-setup.tsx";

export interface EnrolmentProps {
  readonly account: Account;
  readonly onDone: () => void;
}

export function Enrolment({ account, onDone }: EnrolmentProps) {
  useTitle("Set up a second factor");
  const client = useQueryClient();
  const { user, organization } = account;
  return (
    <DoorCard
      isWide
      title="Set up a second factor"
      about={`${organization.name} asks its members for a code of an authenticator app when they sign in.`}
    >
      <div className="door-form">
        {user?.hasPassword === false ? (
          <>
            <Text size="sm">Set a password first: it is asked for before the second factor.</Text>
            <PasswordForm email={user.email} hasPassword={false} />
          </>
        ) : (
          <TotpSetup
            onDone={async () => {
              await client.invalidateQueries({ queryKey: accountQuery.queryKey, exact: true });
              onDone();
              // What was refused until now.
              await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "account" });
            }}
          />
        )}
      </div>
    </DoorCard>
  );
}
