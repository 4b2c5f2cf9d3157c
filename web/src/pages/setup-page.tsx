// The setup page: the first owner of a server makes an account, by the link that the server printed.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SignInAnswer } from "#services/contract/accounts.ts";
import { ProblemError } from "../api/plain-request.ts";
import { checkSetupLink, setUp } from "../api/sign-in.ts";
import { useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { PersonForm } from "../ui/door/person-form.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

interface FirstOwnerProps {
  readonly token: string;
  readonly onAnswer: (answer: SignInAnswer) => void;
}

/** The form; for a link that does not work any more, where a new one comes from instead. */
function FirstOwner({ token, onAnswer }: FirstOwnerProps) {
  const { data, error } = useQuery({
    queryKey: ["setup-link", token],
    queryFn: async () => {
      await checkSetupLink(token);
      return true;
    },
    // Making the account uses the link up.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) {
    const hasEnded = error instanceof ProblemError && error.problem.code === "link-used";
    return (
      <DoorCard title={hasEnded ? "This setup link has ended" : "Make the first account"}>
        <div className="door-form" aria-busy={error === null}>
          {error === null ? <Skeleton h={120} /> : <FormError error={error} />}
        </div>
      </DoorCard>
    );
  }
  return (
    <DoorCard
      title="Make the first account"
      about="It owns this server: it invites others and decides what they may do."
    >
      <PersonForm
        send={(person) => setUp({ token, ...person })}
        onDone={onAnswer}
        act="Make the account"
      />
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
        <Entrance to="/">{(onAnswer) => <FirstOwner token={token} onAnswer={onAnswer} />}</Entrance>
      )}
    </WithToken>
  );
}
