// The steps of signing in: a form of the page, the second factor where it is asked for, then the page that was wanted.
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { SecondFactor } from "./second-factor.tsx";

/** Goes to a page of the app, which takes the place of this one in the browser's history. */
export function GoTo({ path }: { readonly path: string }) {
  const router = useRouter();
  useEffect(() => {
    router.history.replace(path);
  }, [router, path]);
  return null;
}

export interface EntranceProps {
  /** Path of the page that is opened then. */
  readonly to: string;
  /** Where a step was done elsewhere: what was answered to it. */
  readonly first?: SignInAnswer | undefined;
  /** The form of the page. */
  readonly children: (onAnswer: (answer: SignInAnswer) => void) => ReactNode;
}

export function Entrance({ to, first, children }: EntranceProps) {
  const [answer, setAnswer] = useState(first);
  switch (answer?.kind) {
    case undefined:
      return children(setAnswer);
    case "second-factor":
      return (
        <SecondFactor asked={answer} onAnswer={setAnswer} onBack={() => setAnswer(undefined)} />
      );
    case "signed-in":
      return <GoTo path={to} />;
  }
}
