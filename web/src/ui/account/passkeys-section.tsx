// One's passkeys: the list, a new one, another name for one, the removal of one; the recovery codes, where passkeys are the only second factor.
import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { Account, passkey } from "#services/contract/accounts.ts";
import { renewRecoveryCodes } from "../../api/account.ts";
import { knowsPasskeys, passkeysQuery, removePasskey } from "../../api/passkeys.ts";
import { counted } from "../../shape/words/numbers.ts";
import { ago, date } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { useNow } from "../parts/now.ts";
import { Section } from "../parts/section.tsx";
import { NewPasskey } from "./new-passkey.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";
import { RenamePasskey } from "./rename-passkey.tsx";

type Passkey = z.infer<typeof passkey>;

export interface PasskeysSectionProps {
  readonly state: Account["secondFactor"];
  /** The account has to be read again. */
  readonly onChanged: () => Promise<void>;
}

interface RowProps {
  readonly of: Passkey;
  readonly now: number;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

function Row({ of, now, onRename, onRemove }: RowProps) {
  const used = of.lastUsedAt === null ? "never used" : `used ${ago(of.lastUsedAt, now)}`;
  return (
    <li>
      <div className="row-main">
        <span className="row-title">
          <IconFingerprint size={17} stroke={1.6} aria-hidden />
          {of.name}
        </span>
        <span className="row-sub">
          {[
            // Browsers offer it at this address only.
            ...(of.site === window.location.hostname ? [] : [`for ${of.site}`]),
            `made ${date(of.createdAt)}`,
            used,
          ].join(" · ")}
        </span>
      </div>
      <div className="row-acts">
        <Button
          variant="default"
          size="xs"
          aria-label={`Rename the passkey ${of.name}`}
          onClick={onRename}
        >
          Rename
        </Button>
        <Button
          variant="default"
          size="xs"
          aria-label={`Remove the passkey ${of.name}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
    </li>
  );
}

/** Where there is an authenticator app, they are beside it. */
function RecoveryCodes({ state, onChanged }: PasskeysSectionProps) {
  const [isAsking, setIsAsking] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>();
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
    <Group gap="xs" mt={14}>
      <Text size="sm">
        {state.recoveryCodes === 0
          ? "You have no recovery codes left."
          : `You have ${counted(state.recoveryCodes, "recovery code")} left.`}
      </Text>
      <Button variant="default" size="xs" onClick={() => setIsAsking(true)}>
        New recovery codes
      </Button>
      {isAsking && (
        <Confirm
          title="New recovery codes"
          button="Make them"
          asksPassword
          send={renewRecoveryCodes}
          onDone={(made) => {
            setIsAsking(false);
            setCodes(made.codes);
          }}
          onClose={() => setIsAsking(false)}
        >
          The codes that you have do not work any more then.
        </Confirm>
      )}
    </Group>
  );
}

export function PasskeysSection({ state, onChanged }: PasskeysSectionProps) {
  const now = useNow();
  const { data, error, refetch } = useQuery(passkeysQuery);
  const [isAdding, setIsAdding] = useState(false);
  const [renamed, setRenamed] = useState<Passkey>();
  const [asked, setAsked] = useState<Passkey>();
  const read = async () => {
    await Promise.all([refetch(), onChanged()]);
  };
  const isOnlyFactor = !state.totp && state.passkeys === 1;
  return (
    <Section
      title="Passkeys"
      about="Sign in with a fingerprint, your face or the lock of a device, without a password and without a code."
      action={
        knowsPasskeys() && (
          <Button size="xs" onClick={() => setIsAdding(true)}>
            Add a passkey
          </Button>
        )
      }
    >
      {data === undefined && !error && <Skeleton h={62} radius="lg" aria-busy="true" />}
      {data === undefined && <ActionError error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Text size="sm">
          {knowsPasskeys()
            ? "You have none yet."
            : "You have none. This browser cannot make one at this address: that needs https, or localhost."}
        </Text>
      )}
      {data !== undefined && data.length > 0 && (
        <ul className="card rows" aria-label="Your passkeys">
          {data.map((one) => (
            <Row
              key={one.id}
              of={one}
              now={now}
              onRename={() => setRenamed(one)}
              onRemove={() => setAsked(one)}
            />
          ))}
        </ul>
      )}
      {!state.totp && state.passkeys > 0 && <RecoveryCodes state={state} onChanged={onChanged} />}
      {isAdding && <NewPasskey onChanged={read} onClose={() => setIsAdding(false)} />}
      {renamed && (
        <RenamePasskey
          of={renamed}
          onDone={async () => {
            await refetch();
            setRenamed(undefined);
          }}
          onClose={() => setRenamed(undefined)}
        />
      )}
      {asked && (
        <Confirm
          title="Remove this passkey?"
          button="Remove"
          isDangerous
          asksPassword
          send={(password) => removePasskey(asked.id, password)}
          onDone={async () => {
            await read();
            setAsked(undefined);
          }}
          onClose={() => setAsked(undefined)}
        >
          Nobody can sign in with “{asked.name}” any more.
          {isOnlyFactor && " It is your only second factor: your recovery codes end with it."}{" "}
          Delete it from the device or the password manager too.
        </Confirm>
      )}
    </Section>
  );
}
