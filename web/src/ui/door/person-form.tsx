// The form for an account of one's own: name, address and password.
import { Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { NewPassword, newPasswordError } from "../account/password-fields.tsx";
import { usePasswordLength } from "../account/use-session.ts";
import { FormError } from "../parts/form-error.tsx";
import { useSending } from "../parts/use-sending.ts";
import { addressError, nameError } from "./person-errors.ts";

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface PersonFormProps<Answer> {
  readonly send: (person: Person) => Promise<Answer>;
  readonly onDone: (answer: Answer, person: Person) => unknown;
  /** Which addresses are taken, where not all are. */
  readonly addresses?: string | undefined;
  /** What the button says. */
  readonly act: string;
}

const trimmed = ({ name, email, password }: Person): Person => ({
  name: name.trim(),
  email: email.trim(),
  password,
});

export function PersonForm<Answer>({ send, onDone, addresses, act }: PersonFormProps<Answer>) {
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
    send: (values) => send(trimmed(values)),
    onDone: (answer, values) => onDone(answer, trimmed(values)),
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
        description={addresses}
        type="email"
        autoComplete="username"
        maxLength={254}
        {...form.getInputProps("email")}
      />
      <NewPassword label="Password" {...form.getInputProps("password")} />
      <FormError error={error} />
      <Button type="submit" loading={isPending}>
        {act}
      </Button>
    </form>
  );
}
