// The registration page: an account for oneself, where the server allows it. A mail with a link confirms the address.
import { useState } from "react";
import { register } from "../api/sign-in.ts";
import { useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { PersonForm } from "../ui/door/person-form.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

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
  const { domains } = registration;
  return (
    <DoorCard title="Make an account">
      <PersonForm
        send={register}
        onDone={(_, { email }) => setSentTo(email)}
        addresses={domains.length === 0 ? undefined : `An address at ${domains.join(" or ")}.`}
        act="Make an account"
      />
      <DoorFoot />
    </DoorCard>
  );
}
