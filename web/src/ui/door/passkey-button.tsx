// The button that signs in with a passkey.
import { Button } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { signInWithPasskey } from "../../api/passkeys.ts";
import { FormError } from "../parts/form-error.tsx";

export interface PasskeyButtonProps {
  /** What the page is for: it is filled, and takes the focus. */
  readonly isFirst?: boolean;
  readonly onAnswer: (answer: SignInAnswer) => void;
  readonly children: ReactNode;
}

export function PasskeyButton({ isFirst = false, onAnswer, children }: PasskeyButtonProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: onAnswer,
  });
  return (
    <>
      <FormError error={error} />
      <Button
        variant={isFirst ? "filled" : "default"}
        autoFocus={isFirst}
        leftSection={<IconFingerprint size={17} stroke={1.6} aria-hidden />}
        loading={isPending}
        onClick={() => mutate()}
      >
        {children}
      </Button>
    </>
  );
}
