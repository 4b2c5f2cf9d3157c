// The steps of signing in: a form of the page, the second factor where it is asked for, then the page that was wanted.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { giveSecondFactor } from "../../api/sign-in.ts";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { DoorCard } from "./door.tsx";

/** Goes to a page of the app, which takes the place of this one in the browser's history. */
export function GoTo({ path }: { readonly path: string }) {
  const router = useRouter();
  useEffect(() => {
    router.history.replace(path);
  }, [router, path]);
  return null;
}

type Asked = Extract<SignInAnswer, { kind: "second-factor" }>;

interface SecondFactorProps {
  readonly asked: Asked;
  readonly onAnswer: (answer: SignInAnswer) => void;
  readonly onBack: () => void;
}

function SecondFactor({ asked, onAnswer, onBack }: SecondFactorProps) {
  const takesRecoveryCode = asked.methods.includes("recovery-code");
  const form = useForm({
    initialValues: { code: "" },
    validate: { code: (code) => (code.trim().length < 6 ? "A code has six digits." : null) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ code }) => giveSecondFactor({ token: asked.token, code: code.trim() }),
    onDone: onAnswer,
    fields: { "wrong-code": "code" },
  });
  return (
    <DoorCard
      title="Second factor"
      about={`Give the code that your authenticator app shows${takesRecoveryCode ? ", or one of your recovery codes" : ""}.`}
    >
      <form onSubmit={onSubmit} noValidate className="door-form">
        <TextInput
          label="Code"
          autoComplete="one-time-code"
          inputMode={takesRecoveryCode ? "text" : "numeric"}
          autoCapitalize="off"
          spellCheck={false}
          maxLength={80}
          // The step before this one was about the same: the person goes on typing.
          autoFocus
          {...form.getInputProps("code")}
        />
        <FormError error={error} />
        <Button type="submit" loading={isPending}>
          Sign in
        </Button>
        <Button variant="subtle" color="gray" onClick={onBack}>
          Start again
        </Button>
      </form>
    </DoorCard>
  );
}

export interface EntranceProps {
  /** Path of the page that is opened then. */
  readonly to: string;
  /** The form of the page. */
  readonly children: (onAnswer: (answer: SignInAnswer) => void) => ReactNode;
}

export function Entrance({ to, children }: EntranceProps) {
  const [answer, setAnswer] = useState<SignInAnswer>();
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
