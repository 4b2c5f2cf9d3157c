// The setup page: the first owner of a server makes an account, by the link that the server printed.
import { setUp } from "../api/sign-in.ts";
import { useSession } from "../ui/account/use-session.ts";
import { DoorCard, DoorFoot } from "../ui/door/door.tsx";
import { Entrance } from "../ui/door/entrance.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { PersonForm } from "../ui/door/person-form.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

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
        <Entrance to="/">
          {(onAnswer) => (
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
          )}
        </Entrance>
      )}
    </WithToken>
  );
}
