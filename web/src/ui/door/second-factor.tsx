// The second step of signing in: a code of an app or a recovery code, or a passkey, as the account has them.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { knowsPasskeys } from "../../api/passkeys.ts";
import { giveSecondFactor } from "../../api/sign-in.ts";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { DoorCard } from "./door.tsx";
import { PasskeyButton } from "./passkey-button.tsx";

export type AskedFactor = Extract<SignInAnswer, { kind: "second-factor" }>;

interface CodeFormProps {
  readonly asked: AskedFactor;
  readonly onAnswer: (answer: SignInAnswer) => void;
  /** Something else stands above it: the field does not take the focus. */
  readonly isSecond: boolean;
}

function CodeForm({ asked, onAnswer, isSecond }: CodeFormProps) {
  const takesRecoveryCode = asked.methods.includes("recovery-code");
  const isRecovery = !asked.methods.includes("totp");
  const form = useForm({
    initialValues: { code: "" },
    validate: {
      code: (code) => {
        if (code.trim().length >= 6) return null;
        return isRecovery ? "Give a recovery code." : "A code has six digits.";
      },
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ code }) => giveSecondFactor({ token: asked.token, code: code.trim() }),
    onDone: onAnswer,
    fields: { "wrong-code": "code" },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="door-form">
      <TextInput
        label={isRecovery ? "Recovery code" : "Code"}
        autoComplete={isRecovery ? "off" : "one-time-code"}
        inputMode={takesRecoveryCode ? "text" : "numeric"}
        autoCapitalize="off"
        spellCheck={false}
        maxLength={80}
        // The step before this one was about the same: the person goes on typing.
        autoFocus={!isSecond}
        {...form.getInputProps("code")}
      />
      <FormError error={error} />
      <Button type="submit" loading={isPending} variant={isSecond ? "default" : "filled"}>
        Sign in
      </Button>
    </form>
  );
}

const codeText = ({ methods }: AskedFactor): string | undefined => {
  const recovery = methods.includes("recovery-code");
  if (methods.includes("totp"))
    return `the code that your authenticator app shows${recovery ? ", or one of your recovery codes" : ""}`;
  return recovery ? "one of your recovery codes" : undefined;
};

const aboutOf = (code: string | undefined, withPasskey: boolean): string => {
  if (withPasskey) return `Use your passkey${code === undefined ? "" : `, or give ${code}`}.`;
  return code === undefined
    ? "Your account has a passkey, which this browser cannot use here. Sign in with a browser that can, or ask an admin of your organization to reset your second factor."
    : `Give ${code}.`;
};

export interface SecondFactorProps {
  readonly asked: AskedFactor;
  readonly onAnswer: (answer: SignInAnswer) => void;
  readonly onBack: () => void;
}

export function SecondFactor({ asked, onAnswer, onBack }: SecondFactorProps) {
  const withPasskey = asked.methods.includes("passkey") && knowsPasskeys();
  const code = codeText(asked);
  return (
    <DoorCard title="Second factor" about={aboutOf(code, withPasskey)}>
      {withPasskey && (
        <div className="door-form">
          <PasskeyButton isFirst onAnswer={onAnswer}>
            Use a passkey
          </PasskeyButton>
        </div>
      )}
      {withPasskey && code !== undefined && <p className="door-or">or</p>}
      {code !== undefined && <CodeForm asked={asked} onAnswer={onAnswer} isSecond={withPasskey} />}
      <div className="door-form">
        <Button variant="subtle" color="gray" onClick={onBack}>
          Start again
        </Button>
      </div>
    </DoorCard>
  );
}
