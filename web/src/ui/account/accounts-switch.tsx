// On the status page of a server without accounts: what that means, and the button that turns them on.
import { Button, Text, Title } from "@mantine/core";
import { useState } from "react";
import { turnAccountsOn } from "../../api/sign-in.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useSession } from "./use-session.ts";

export function AccountsSwitch() {
  const session = useSession();
  const [isAsking, setIsAsking] = useState(false);
  if (session.kind !== "without-accounts") return null;
  return (
    <section aria-labelledby="accounts">
      <Title order={2} id="accounts" mb={4}>
        Accounts
      </Title>
      <Text size="sm" c="dimmed" mb={12} maw={560}>
        They are off: whoever reaches this server is its owner. With accounts people sign in, and a
        collection is for those whom it is shared with.
      </Text>
      <Button variant="default" onClick={() => setIsAsking(true)}>
        Turn accounts on…
      </Button>
      {isAsking && (
        <Confirm
          title="Turn accounts on?"
          button="Turn accounts on"
          send={turnAccountsOn}
          // Loaded anew: nothing that was shown to anybody stays.
          onDone={({ link }) => window.location.assign(link ?? "/sign-in")}
          onClose={() => setIsAsking(false)}
        >
          <p style={{ margin: 0 }}>
            Next you make the first account. It owns this server with all its collections, and
            invites others.
          </p>
          <p style={{ margin: "10px 0 0" }}>
            From now on nobody gets in without an account, and programs need an API key. The command{" "}
            <code>parlance accounts disable</code> on this machine turns accounts off again.
          </p>
        </Confirm>
      )}
    </section>
  );
}
