// The field of a form that asks whether it is still the same person: their password, or a passkey instead.
import { Stack, Text } from "@mantine/core";
import { type ComponentProps, useState } from "react";
import { PresentPassword } from "./password-fields.tsx";
import { ProveByPasskey, useCanProve } from "./prove-by-passkey.tsx";
import { useHasPassword } from "./use-session.ts";

export interface Proof {
  /** The password has to be given. */
  readonly asksPassword: boolean;
  readonly isProved: boolean;
  readonly onProved: () => void;
  /** The form was sent, and may be used again. */
  readonly onUsed: () => void;
}

/** @param isWanted whether the form asks for a proof */
export const useProof = (isWanted = true): Proof => {
  const hasPassword = useHasPassword();
  const [isProved, setIsProved] = useState(false);
  return {
    asksPassword: hasPassword && isWanted && !isProved,
    isProved,
    onProved: () => setIsProved(true),
    onUsed: () => setIsProved(false),
  };
};

export interface ProofFieldProps extends ComponentProps<typeof PresentPassword> {
  readonly proof: Proof;
}

/** Renders nothing for people without a password: they are told by the server where they have to confirm. */
export function ProofField({ proof, ...field }: ProofFieldProps) {
  const canProve = useCanProve();
  // The confirmation may have become too old: then the field says so.
  if (proof.isProved && !field.error)
    return (
      <Text size="sm" role="status">
        Confirmed with your passkey.
      </Text>
    );
  if (!proof.asksPassword && !proof.isProved) return null;
  return (
    <Stack gap={6} align="stretch">
      <PresentPassword label="Your password" {...field} />
      {canProve && (
        <div>
          <ProveByPasskey onProved={proof.onProved}>Use a passkey instead</ProveByPasskey>
        </div>
      )}
    </Stack>
  );
}
