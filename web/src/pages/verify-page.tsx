// The page of a link that confirms an e-mail address. It asks for a click, since programs that look through mails open links too.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { verifyAddress } from "../api/sign-in.ts";
import { DoorCard } from "../ui/door/door.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";

function Verify({ token }: { readonly token: string }) {
  const verify = useMutation({ mutationFn: () => verifyAddress(token) });
  if (verify.isSuccess)
    return (
      <DoorCard isAnswer title="Your address is confirmed">
        <div className="door-form">
          <Button component={Link} to="/sign-in">
            Sign in
          </Button>
        </div>
      </DoorCard>
    );
  return (
    <DoorCard title="Confirm your address" about="Then you can sign in with it.">
      <div className="door-form">
        <FormError error={verify.error} />
        <Button loading={verify.isPending} onClick={() => verify.mutate()}>
          Confirm
        </Button>
      </div>
    </DoorCard>
  );
}

export function VerifyPage() {
  useTitle("Confirm your address");
  return <WithToken from="the mail">{(token) => <Verify token={token} />}</WithToken>;
}
