// Why a form was refused, above its button. It takes the focus, so that nobody misses it.
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { ProblemError } from "../../api/plain-request.ts";
import { timeLeft } from "../../shape/words/times.ts";
import { needsNewSignIn, SignInAgain } from "../account/sign-in-again.tsx";
import { describeError } from "./error-message.tsx";
import "./form-error.css";

/** What to do: where the server says when to try again, that. */
const hintOf = (error: unknown): string | undefined => {
  // The button that does it is beside it.
  if (needsNewSignIn(error)) return undefined;
  if (error instanceof ProblemError && error.problem.status === 429 && error.retryAfterMs)
    return `Try again in ${timeLeft(error.retryAfterMs)}.`;
  return describeError(error).hint;
};

/** Renders nothing where there is no error. */
export function FormError({ error }: { readonly error: unknown }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null && error !== undefined) box.current?.focus();
  }, [error]);
  if (error === null || error === undefined) return null;
  return (
    <div ref={box} tabIndex={-1} role="alert" className="form-error">
      <IconAlertTriangle size={18} stroke={1.7} aria-hidden />
      <span>
        {[describeError(error).detail, hintOf(error)].filter(Boolean).join(" ")}
        {needsNewSignIn(error) && (
          <>
            {" "}
            <SignInAgain />
          </>
        )}
      </span>
    </div>
  );
}
