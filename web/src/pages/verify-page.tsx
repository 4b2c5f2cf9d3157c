// The page of a link that confirms an e-mail address: it asks for the password that was chosen at the registration, and signs in.
import { Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { verifyAddress } from "../api/sign-in.ts";
import { PresentPassword } from "../ui/account/password-fields.tsx";
import { DoorCard, DoorFoot, ForgotLink } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface VerifyProps {
  readonly token: string;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function Verify({ token, onAnswer }: VerifyProps) {
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (password) => (password === "" ? "Give the password that you chose." : null),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ password }) => verifyAddress(token, password),
    onDone: onAnswer,
    fields: { "wrong-password": "password" },
  });
  return (
    <DoorCard
      title="Confirm your address"
      about="Give the password that you chose when you made the account. If you did not make one, close this page."
    >
      <form onSubmit={onSubmit} noValidate className="door-form">
        <PresentPassword autoFocus {...form.getInputProps("password")} />
        <FormError error={error} />
        <Button type="submit" loading={isPending}>
          Confirm and sign in
        </Button>
      </form>
      {error !== null && (
        <DoorFoot>
          <ForgotLink />
        </DoorFoot>
      )}
    </DoorCard>
  );
}

export function VerifyPage() {
  useTitle("Confirm your address");
  return (
    <WithToken from="the mail">
      {(token) => (
        <Entrance to="/">{(onAnswer) => <Verify token={token} onAnswer={onAnswer} />}</Entrance>
      )}
    </WithToken>
  );
}
