// Confirms by a passkey that it is still the same person, where a password would be asked for, or a new sign-in.
import { Text, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { knowsPasskeys, proveByPasskey } from "../../api/passkeys.ts";
import { describeError } from "../parts/error-message.tsx";
import { useAccount } from "./use-session.ts";

/** Whether this browser can ask for a passkey, and there is one. */
export const useCanProve = (): boolean => {
  const passkeys = useAccount()?.secondFactor.passkeys ?? 0;
  return passkeys > 0 && knowsPasskeys();
};

export interface ProveByPasskeyProps {
  readonly onProved: () => void;
  readonly children: ReactNode;
}

export function ProveByPasskey({ onProved, children }: ProveByPasskeyProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: proveByPasskey,
    onSuccess: onProved,
  });
  const { detail, hint } = error ? describeError(error) : {};
  return (
    <>
      <UnstyledButton
        type="button"
        className="text-link"
        fz="sm"
        disabled={isPending}
        onClick={() => mutate()}
      >
        {children}
      </UnstyledButton>
      {error && (
        <Text role="alert" size="sm">
          {[detail, hint].filter(Boolean).join(" ")}
        </Text>
      )}
    </>
  );
}
