// The page of a link that ends mails of a kind: it asks first, since programs that look through mails open links.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { endMails } from "../api/own-data.ts";
import { ProblemError } from "../api/plain-request.ts";
import { Door, DoorCard } from "../ui/door/door.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

const ended = {
  imports: "You get no more mails about imports.",
  alerts: "You get no more mails about alerts.",
} as const;

function Profile() {
  return (
    <div className="door-foot">
      <Link to="/account" className="text-link">
        Choose what you are told
      </Link>
    </div>
  );
}

function Unsubscribe({ token }: { readonly token: string }) {
  const end = useMutation({ mutationFn: () => endMails(token) });
  if (end.data !== undefined)
    return (
      <DoorCard isAnswer title="Done" about={ended[end.data.kind]}>
        <Profile />
      </DoorCard>
    );
  if (end.error instanceof ProblemError && end.error.problem.code === "link-used")
    return (
      <DoorCard
        isAnswer
        title="This link has ended"
        about="Sign in and choose in your profile what you are told."
      >
        <Profile />
      </DoorCard>
    );
  return (
    <DoorCard
      title="No more of these mails?"
      about="You can turn them on again in your profile. Mails about the security of your account are still sent."
    >
      <div className="door-form">
        <FormError error={end.error} />
        <Button loading={end.isPending} onClick={() => end.mutate()}>
          End these mails
        </Button>
      </div>
    </DoorCard>
  );
}

export function UnsubscribePage() {
  useTitle("Mails");
  return (
    <WithToken from="the mail" frame={Door}>
      {(token) => (
        <Door>
          <Unsubscribe key={token} token={token} />
        </Door>
      )}
    </WithToken>
  );
}
