// Setting up the second factor: the password, the QR code with a first code as proof, then the recovery codes.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import type { z } from "zod";
import type { totpSecret } from "#services/contract/accounts.ts";
import { beginTotp, confirmTotp } from "../../api/account.ts";
import { FormError } from "../parts/form-error.tsx";
import { SecretLine } from "../parts/secret-line.tsx";
import { useSending } from "../parts/use-sending.ts";
import { ProofField, useProof } from "./proof-field.tsx";
import { RecoveryCodeList } from "./recovery-code-list.tsx";

type Secret = z.infer<typeof totpSecret>;

interface ButtonsProps {
  readonly isPending: boolean;
  readonly onCancel: (() => void) | undefined;
  /** What the form does. */
  readonly children: string;
}

function Buttons({ isPending, onCancel, children }: ButtonsProps) {
  return (
    <Group gap="xs">
      <Button type="submit" loading={isPending}>
        {children}
      </Button>
      {onCancel && (
        <Button variant="subtle" color="gray" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </Group>
  );
}

interface BeginProps {
  readonly onSecret: (secret: Secret) => void;
  readonly onCancel: (() => void) | undefined;
}

function Begin({ onSecret, onCancel }: BeginProps) {
  const proof = useProof();
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (password) =>
        proof.asksPassword && password === "" ? "Give your password." : null,
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ password }) => beginTotp(password),
    onDone: onSecret,
    fields: { "wrong-password": "password" },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={480}>
        <ProofField proof={proof} autoFocus {...form.getInputProps("password")} />
        <FormError error={error} />
        <Buttons isPending={isPending} onCancel={onCancel}>
          Set up
        </Buttons>
      </Stack>
    </form>
  );
}

interface ProveProps {
  readonly secret: Secret;
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onCancel: (() => void) | undefined;
}

function Prove({ secret, onCodes, onCancel }: ProveProps) {
  const form = useForm({
    initialValues: { code: "" },
    validate: {
      code: (code) =>
        /^\d{6,8}$/u.test(code.replaceAll(" ", "")) ? null : "A code has six digits.",
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ code }) => confirmTotp(code.replaceAll(" ", "")),
    onDone: ({ codes }) => onCodes(codes),
    fields: { "wrong-code": "code" },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="totp">
      <img
        className="totp-picture"
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(secret.svg)}`}
        alt="QR code for the authenticator app"
      />
      <div className="totp-form">
        <Text size="sm">
          Scan the picture with an authenticator app, then give the code that the app shows.
        </Text>
        <SecretLine
          label="Or type this into the app"
          value={secret.secret}
          shown={secret.secret.match(/.{1,4}/gu)?.join(" ") ?? secret.secret}
        />
        <TextInput
          label="Code"
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
          maxLength={10}
          {...form.getInputProps("code")}
        />
        <FormError error={error} />
        <Buttons isPending={isPending} onCancel={onCancel}>
          Confirm
        </Buttons>
      </div>
    </form>
  );
}

export interface TotpSetupProps {
  /** It is set up: its recovery codes are shown. */
  readonly onSetUp?: () => void;
  /** The recovery codes are kept. */
  readonly onDone: () => unknown;
  /** Nothing is set up; absent where it has to be. */
  readonly onCancel?: () => void;
}

export function TotpSetup({ onSetUp, onDone, onCancel }: TotpSetupProps) {
  const [secret, setSecret] = useState<Secret>();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes !== undefined) return <RecoveryCodeList codes={codes} onKept={onDone} />;
  if (secret !== undefined)
    return (
      <Prove
        secret={secret}
        onCancel={onCancel}
        onCodes={(made) => {
          setCodes(made);
          onSetUp?.();
        }}
      />
    );
  return <Begin onSecret={setSecret} onCancel={onCancel} />;
}
