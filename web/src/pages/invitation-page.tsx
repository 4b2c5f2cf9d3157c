// The page of an invitation: who invites whom to which organization, and the form to accept it.
import { Button, Skeleton, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import type { SignInAnswer, shownInvitation } from "#services/contract/accounts.ts";
import { acceptInvitation, readInvitation } from "../api/sign-in.ts";
import { roleLabels } from "../shape/words/roles.ts";
import { NewPassword, newPasswordError, PresentPassword } from "../ui/account/password-fields.tsx";
import { usePasswordLength } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { nameError } from "../ui/door/person-errors.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { useSending } from "../ui/parts/use-sending.ts";

interface FormProps {
  readonly token: string;
  readonly invitation: z.infer<typeof shownInvitation>;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

function AcceptForm({ token, invitation, onAnswer }: FormProps) {
  const { email, hasAccount } = invitation;
  const fewest = usePasswordLength();
  const form = useForm({
    initialValues: { name: "", password: "" },
    validate: {
      name: (name) => (hasAccount ? null : nameError(name)),
      password: (password) => {
        if (!hasAccount) return newPasswordError(password, fewest);
        return password === "" ? "Give your password." : null;
      },
    },
  });
  const { onSubmit, isPending, error } = useSending(form, {
    send: ({ name, password }) =>
      acceptInvitation({ token, password, ...(hasAccount ? {} : { name: name.trim() }) }),
    onDone: onAnswer,
    fields: { "weak-password": "password", "wrong-password": "password" },
  });
  return (
    <form onSubmit={onSubmit} noValidate className="door-form">
      <TextInput label="E-mail" value={email} readOnly autoComplete="username" />
      {hasAccount ? (
        <PresentPassword
          description="You have an account: give its password."
          {...form.getInputProps("password")}
        />
      ) : (
        <>
          <TextInput
            label="Your name"
            autoComplete="name"
            maxLength={100}
            {...form.getInputProps("name")}
          />
          <NewPassword label="Password" {...form.getInputProps("password")} />
        </>
      )}
      <FormError error={error} />
      <Button type="submit" loading={isPending}>
        Accept
      </Button>
    </form>
  );
}

function Invitation({ token, onAnswer }: Pick<FormProps, "token" | "onAnswer">) {
  const { data, error } = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => readInvitation(token),
  });
  if (data === undefined)
    return (
      <DoorCard title="Invitation">
        <div className="door-form" aria-busy={error === null}>
          {error === null ? <Skeleton h={120} /> : <FormError error={error} />}
        </div>
        {error !== null && <DoorFoot />}
      </DoorCard>
    );
  const { invitedBy, organization, role } = data;
  return (
    <DoorCard
      title={`Join ${organization}`}
      about={`${invitedBy ?? "Somebody"} invites you as: ${roleLabels[role].toLowerCase()}.`}
    >
      <AcceptForm token={token} invitation={data} onAnswer={onAnswer} />
    </DoorCard>
  );
}

export function InvitationPage() {
  useTitle("Invitation");
  return (
    <WithToken from="the mail, or ask for it again">
      {(token) => (
        <Entrance to="/">{(onAnswer) => <Invitation token={token} onAnswer={onAnswer} />}</Entrance>
      )}
    </WithToken>
  );
}
