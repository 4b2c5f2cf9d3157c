// The page of a link for a new password.
import { Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { resetPassword } from "../api/sign-in.ts";
import { NewPassword, newPasswordError } from "../ui/account/password-fields.tsx";
import { usePasswordLength } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot, ForgotLink } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface FormProps {
  readonly token: string;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function ResetForm({ token, onAnswer }: FormProps) {
  const fewest = usePasswordLength();
  const form = useForm({
    initialValues: { password: "" },
    validate: { password: (password) => newPasswordError(password, fewest) },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ password }) => resetPassword(token, password),
    onDone: onAnswer,
    fields: { "weak-password": "password" },
  });
  return (
    <DoorCard title="Set a new password" about="You are signed in with it then.">
      <form onSubmit={onSubmit} noValidate className="door-form">
        <NewPassword {...form.getInputProps("password")} />
        <FormError error={error} />
        <Button type="submit" loading={isPending}>
          Set the password
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

export function ResetPage() {
  useTitle("Set a new password");
  return (
    <WithToken from="the mail">
      {(token) => (
        <Entrance to="/">{(onAnswer) => <ResetForm token={token} onAnswer={onAnswer} />}</Entrance>
      )}
    </WithToken>
  );
}
