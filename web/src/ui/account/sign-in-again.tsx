// What somebody without a password has to do where they signed in too long ago: sign in again, and come back to this page.
import { UnstyledButton } from "@mantine/core";
import { ProblemError } from "../../api/plain-request.ts";
import { useSignOut } from "../shell/sign-out.tsx";

export const needsNewSignIn = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.code === "sign-in-again";

/** Signs out; the sign-in page comes back to this one. */
export function SignInAgain() {
  const { mutate, isPending } = useSignOut();
  return (
    <UnstyledButton
      type="button"
      className="text-link"
      fz="sm"
      disabled={isPending}
      onClick={() => mutate()}
    >
      Sign in again
    </UnstyledButton>
  );
}
