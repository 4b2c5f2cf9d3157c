// How one signs in: password, passkeys, authenticator app, and accounts at sign-in providers.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery, removeTotp, renewRecoveryCodes } from "../api/account.ts";
import { counted } from "../shape/words/numbers.ts";
import { IdentitiesSection } from "../ui/account/identities-section.tsx";
import { PasskeysSection } from "../ui/account/passkeys-section.tsx";
import { PasswordForm } from "../ui/account/password-form.tsx";
import { RecoveryCodeList } from "../ui/account/recovery-code-list.tsx";
import { TotpSetup } from "../ui/account/totp-setup.tsx";
import { useAccount } from "../ui/account/use-session.ts";
import { Confirm } from "../ui/parts/confirm.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";

interface SecondFactorProps {
  readonly state: Account["secondFactor"];
  readonly onChanged: () => Promise<void>;
}

function TurnedOn({ state, onChanged }: SecondFactorProps) {
  const [asked, setAsked] = useState<"codes" | "off">();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = () => setAsked(undefined);
  if (codes !== undefined)
    return (
      <RecoveryCodeList
        codes={codes}
        onKept={async () => {
          await onChanged();
          setCodes(undefined);
        }}
      />
    );
  return (
    <>
      <Text size="sm" mb={12}>
        It is on, with {counted(state.recoveryCodes, "recovery code")} left.
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={() => setAsked("codes")}>
          New recovery codes
        </Button>
        <Button variant="default" onClick={() => setAsked("off")}>
          Turn it off
        </Button>
      </Group>
      {asked === "codes" && (
        <Confirm
          title="New recovery codes"
          button="Make them"
          asksPassword
          send={renewRecoveryCodes}
          onDone={(made) => {
            close();
            setCodes(made.codes);
          }}
          onClose={close}
        >
          The codes that you have do not work any more then.
        </Confirm>
      )}
      {asked === "off" && (
        <Confirm
          title="Turn the second factor off?"
          button="Turn it off"
          isDangerous
          asksPassword
          send={removeTotp}
          onDone={async () => {
            await onChanged();
            close();
          }}
          onClose={close}
        >
          {state.passkeys === 0
            ? "No second factor is asked for then when you sign in."
            : "Your passkeys stay."}
        </Confirm>
      )}
    </>
  );
}

function SecondFactor({ state, onChanged }: SecondFactorProps) {
  const [isSettingUp, setIsSettingUp] = useState(false);
  // First, also where it is on by now: the recovery codes are shown this once.
  if (isSettingUp)
    return (
      <TotpSetup
        onCancel={() => setIsSettingUp(false)}
        onDone={async () => {
          await onChanged();
          setIsSettingUp(false);
        }}
      />
    );
  if (state.totp) return <TurnedOn state={state} onChanged={onChanged} />;
  return (
    <Button variant="default" onClick={() => setIsSettingUp(true)}>
      Set it up
    </Button>
  );
}

export function AccountSecurityPage() {
  useTitle("Security");
  const client = useQueryClient();
  const account = useAccount();
  const problem = useSearch({ from: "/account/security" });
  if (!account?.user) return null;
  const { user, secondFactor } = account;
  const onChanged = () => client.invalidateQueries({ queryKey: accountQuery.queryKey });
  return (
    <Stack gap={44}>
      <Section title="Password">
        <PasswordForm email={user.email} hasPassword={user.hasPassword} />
      </Section>
      <Section
        title="Second factor"
        about="A code of an authenticator app is asked for when you sign in with a password."
      >
        <SecondFactor state={secondFactor} onChanged={onChanged} />
      </Section>
      <PasskeysSection state={secondFactor} onChanged={onChanged} />
      <IdentitiesSection problem={problem} />
    </Stack>
  );
}
