// Signing out: the request, and the button for pages outside the shell.
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { signOut } from "../../api/session.ts";
import { dropAllTransfers } from "../../api/transfers.ts";
import { describeError } from "../parts/error-message.tsx";

export const useSignOut = () => useMutation({ mutationFn: signOut, onSuccess: dropAllTransfers });

export function SignOutButton() {
  const { mutate, isPending, error } = useSignOut();
  return (
    <>
      {error && (
        <Text role="alert" size="sm" mr={10}>
          {describeError(error).detail}
        </Text>
      )}
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        loading={isPending}
        onClick={() => mutate()}
      >
        Sign out
      </Button>
    </>
  );
}
