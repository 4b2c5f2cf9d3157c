// The page for a forgotten password: a link is sent by mail, or an admin makes one.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { forgot } from "../api/sign-in.ts";
import { useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { addressError } from "../ui/door/person-errors.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

function ForgotForm({ onSent }: { readonly onSent: (address: string) => void }) {
  const form = useForm({ initialValues: { email: "" }, validate: { email: addressError } });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ email }) => forgot(email.trim()),
    onDone: (_, { email }) => onSent(email.trim()),
  });
  return (
    <form onSubmit={onSubmit} noValidate className="door-form">
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        maxLength={254}
        {...form.getInputProps("email")}
      />
      <FormError error={error} />
      <Button type="submit" loading={isPending}>
        Send a link
      </Button>
    </form>
  );
}

export function ForgotPage() {
  useTitle("Forgot the password");
  const session = useSession();
  const [sentTo, setSentTo] = useState<string>();
  const sendsMail = "about" in session && session.about?.mail === true;
  if (!sendsMail)
    return (
      <DoorCard
        title="Forgot the password?"
        about="This server sends no mail. Ask an admin of your organization for a link to set a new password."
      >
        <DoorFoot />
      </DoorCard>
    );
  if (sentTo !== undefined)
    return (
      <DoorCard
        isAnswer
        title="Look into your mail"
        about={`If there is an account for ${sentTo}, a link to set a new password was sent there.`}
      >
        <DoorFoot />
      </DoorCard>
    );
  return (
    <DoorCard title="Forgot the password?" about="A link to set a new one is sent to your address.">
      <ForgotForm onSent={setSentTo} />
      <DoorFoot />
    </DoorCard>
  );
}
