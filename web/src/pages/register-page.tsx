// The registration page: an account for oneself, where the server allows it. A mail with a link confirms the address.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { register } from "../api/sign-in.ts";
import { NewPassword, newPasswordError } from "../ui/account/password-fields.tsx";
import { usePasswordLength, useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { addressError, nameError } from "../ui/door/person-errors.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface FormProps {
  /** Those of the addresses that may register; all where there is none. */
  readonly domains: readonly string[];
  readonly onSent: (address: string) => void;
}

function RegisterForm({ domains, onSent }: FormProps) {
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
      register({ name: name.trim(), email: email.trim(), password }),
    onDone: (_, { email }) => onSent(email.trim()),
    fields: { "weak-password": "password" },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="door-form">
      <TextInput
        label="Your name"
        autoComplete="name"
        maxLength={100}
        {...form.getInputProps("name")}
      />
      <TextInput
        label="E-mail"
        description={domains.length === 0 ? undefined : `An address at ${domains.join(" or ")}.`}
        type="email"
        autoComplete="username"
        maxLength={254}
        {...form.getInputProps("email")}
      />
      <NewPassword label="Password" {...form.getInputProps("password")} />
      <FormError error={error} />
      <Button type="submit" loading={isPending}>
        Make an account
      </Button>
    </form>
  );
}

export function RegisterPage() {
  useTitle("Make an account");
  const session = useSession();
  const [sentTo, setSentTo] = useState<string>();
  const registration =
    "about" in session && session.about !== undefined ? session.about.registration : null;
  if (registration === null)
    return (
      <DoorCard
        title="Accounts are by invitation"
        about="Ask an admin of your organization for one."
      >
        <DoorFoot />
      </DoorCard>
    );
  if (sentTo !== undefined)
    return (
      <DoorCard
        isAnswer
        title="Look into your mail"
        about={`A link was sent to ${sentTo}. Open it, and give your password once more.`}
      />
    );
  return (
    <DoorCard title="Make an account">
      <RegisterForm domains={registration.domains} onSent={setSentTo} />
      <DoorFoot />
    </DoorCard>
  );
}
