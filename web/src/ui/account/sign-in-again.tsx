// What somebody without a password has to do where they signed in too long ago: confirm it with a passkey, or sign in again and come back.
import { UnstyledButton } from "@mantine/core";
import { useRef } from "react";
import { ProblemError } from "../../api/plain-request.ts";
import { useSignOut } from "../shell/sign-out.tsx";
import { ProveByPasskey, useCanProve } from "./prove-by-passkey.tsx";

export const needsNewSignIn = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.code === "sign-in-again";

/** Sends the form anew that it stands in, once a passkey has confirmed it. */
export function SignInAgain() {
  const place = useRef<HTMLSpanElement>(null);
  const canProve = useCanProve();
  const { mutate, isPending } = useSignOut();
  return (
    <span ref={place}>
      {canProve && (
        <>
          <ProveByPasskey onProved={() => place.current?.closest("form")?.requestSubmit()}>
            Confirm with a passkey
          </ProveByPasskey>
          {" or "}
        </>
      )}
      <UnstyledButton
        type="button"
        className="text-link"
        fz="sm"
        disabled={isPending}
        onClick={() => mutate()}
      >
        {canProve ? "sign in again" : "Sign in again"}
      </UnstyledButton>
    </span>
  );
}
