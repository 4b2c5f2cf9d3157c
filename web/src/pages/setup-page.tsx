// The setup page: the first owner of a server makes an account, by the link that the server printed.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { setUp } from "../api/sign-in.ts";
import { NewPassword, newPasswordError } from "../ui/account/password-fields.tsx";
import { usePasswordLength, useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { addressError, nameError } from "../ui/door/person-errors.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface FormProps {
  readonly token: string;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function SetupForm({ token, onAnswer }: FormProps) {
  const fewest = usePasswordLength();
  const form = useForm({
    initialValues: { name: "", email: "", password: "" },
    validate: {
      name: nameError,
      email: addressError,
      password: (password) => newPasswordError(password, fewest),
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, email, password }) =>
      setUp({ token, name: name.trim(), email: email.trim(), password }),
    onDone: onAnswer,
    fields: { "weak-password": "password" },
  });
  return (
    <DoorCard
      title="Make the first account"
      about="It owns this server: it invites others and decides what they may do."
    >
      <form onSubmit={onSubmit} noValidate className="door-form">
        <TextInput
          label="Your name"
          autoComplete="name"
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          maxLength={254}
          {...form.getInputProps("email")}
        />
        <NewPassword label="Password" {...form.getInputProps("password")} />
        <FormError error={error} />
        <Button type="submit" loading={isPending}>
          Make the account
        </Button>
      </form>
    </DoorCard>
  );
}

export function SetupPage() {
  useTitle("Setup");
  const session = useSession();
  // Nothing can be made by any link; whoever has just made the account is led on.
  if (session.kind === "signed-out" && !session.about.needsOwner)
    return (
      <DoorCard title="This server has an owner" about="Its setup link does not work any more.">
        <DoorFoot />
      </DoorCard>
    );
  return (
    <WithToken from="the log of the server">
      {(token) => (
        <Entrance to="/">{(onAnswer) => <SetupForm token={token} onAnswer={onAnswer} />}</Entrance>
      )}
    </WithToken>
  );
}
