// What a member sees whose organization requires a second factor, until one is set up: a passkey, or an authenticator app.
import { SegmentedControl, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { accountQuery } from "../../api/account.ts";
import { knowsPasskeys } from "../../api/passkeys.ts";
import { DoorCard } from "../door/door.tsx";
import { useTitle } from "../parts/page-title.ts";
import { PasskeyForm } from "./new-passkey.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";
import { TotpSetup, type TotpSetupProps } from "./totp-setup.tsx";

const kinds = [
  { value: "totp", label: "Authenticator app" },
  { value: "passkey", label: "Passkey" },
];

const ofPasskey =
  "A fingerprint, your face or the lock of a device: it signs you in without anything else.";
const ofApp = "An app on your phone shows a code of six digits, which you type when you sign in.";

function PasskeySetup({ onSetUp, onDone }: Required<Pick<TotpSetupProps, "onSetUp" | "onDone">>) {
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes !== undefined) return <RecoveryCodeList codes={codes} onKept={onDone} />;
  return (
    <PasskeyForm
      onMade={(made) => {
        if (made === null) onDone();
        else {
          setCodes(made);
          onSetUp();
        }
      }}
    />
  );
}

export interface EnrolmentProps {
  readonly account: Account;
  readonly onDone: () => void;
}

export function Enrolment({ account, onDone }: EnrolmentProps) {
  useTitle("Set up a second factor");
  const client = useQueryClient();
  const [kind, setKind] = useState("totp");
  const [isSetUp, setIsSetUp] = useState(false);
  const steps = {
    onSetUp: () => setIsSetUp(true),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: accountQuery.queryKey, exact: true });
      onDone();
      // What was refused until now.
      await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== "account" });
    },
  };
  return (
    <DoorCard
      isWide
      title="Set up a second factor"
      about={`${account.organization.name} asks its members for one when they sign in.`}
    >
      <div className="door-form">
        {knowsPasskeys() && !isSetUp && (
          <SegmentedControl
            fullWidth
            aria-label="Kind of second factor"
            data={kinds}
            value={kind}
            onChange={setKind}
          />
        )}
        {!isSetUp && <Text size="sm">{kind === "passkey" ? ofPasskey : ofApp}</Text>}
        {kind === "passkey" ? <PasskeySetup {...steps} /> : <TotpSetup {...steps} />}
      </div>
    </DoorCard>
  );
}
