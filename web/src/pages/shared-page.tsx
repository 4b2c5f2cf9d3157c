// The page of a shared link: a password where it has one, then the one thing that it opens, without the rest of the app around it.
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { OpenedShare } from "#services/contract/shares.ts";
import { ProblemError } from "../api/plain-request.ts";
import { openSharedThing, sharedCheckQuery, sharedFiles } from "../api/shares.ts";
import { Door, DoorCard } from "../ui/door/door.tsx";
import { WithToken } from "../ui/door/fragment-token.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { SharedPassword } from "../ui/shared/shared-password.tsx";
import { SharedThing } from "../ui/shared/shared-thing.tsx";

interface Opened {
  readonly first: OpenedShare;
  readonly password: string | undefined;
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof ProblemError ? error.problem.code : undefined;

const ended = (
  <DoorCard
    isAnswer
    title="This link has ended"
    about="Its time is over, or it was withdrawn. Ask whoever sent it for a new one."
  />
);

const gone = (
  <DoorCard
    isAnswer
    title="It is not there any more"
    about="What this link opened was deleted. The link itself is in order: ask whoever sent it."
  />
);

/** Why there is nothing to read: no fault of whoever opened it, and nothing that they could mend. */
function Nothing({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  switch (codeOf(error)) {
    case "link-used":
      return ended;
    case "share-gone":
      return gone;
    default:
      return <ErrorMessage error={error} retry={retry} />;
  }
}

function Link({ token }: { readonly token: string }) {
  const [given, setGiven] = useState<Opened>();
  const { data, error, refetch } = useQuery({
    queryKey: ["shared", token],
    queryFn: () => openSharedThing({ token }),
    // To read it again would count as once more opened.
    staleTime: "static",
    gcTime: Number.POSITIVE_INFINITY,
  });
  const opened: Opened | undefined = given ?? (data && { first: data, password: undefined });
  const isOpened = opened !== undefined;
  const { data: check } = useQuery({ ...sharedCheckQuery(token), enabled: isOpened });
  if (isOpened && check !== "works") return <Door>{check === "gone" ? gone : ended}</Door>;
  if (isOpened)
    return (
      <SharedThing
        first={opened.first}
        token={token}
        files={sharedFiles(token, opened.first)}
        more={(cursor) =>
          openSharedThing({
            token,
            cursor,
            ...(opened.password === undefined ? {} : { password: opened.password }),
          })
        }
      />
    );
  return (
    <Door>
      {error === null && (
        <Stack gap={14} maw={420} w="100%" role="status" aria-label="Loading">
          <Skeleton h={26} w="70%" />
          <Skeleton h={120} radius="lg" />
        </Stack>
      )}
      {codeOf(error) === "password-needed" && (
        <SharedPassword
          token={token}
          onOpened={(first, password) => setGiven({ first, password })}
        />
      )}
      {error !== null && codeOf(error) !== "password-needed" && (
        <Nothing error={error} retry={() => void refetch()} />
      )}
    </Door>
  );
}

export function SharedPage() {
  useTitle("Shared");
  return (
    <>
      <meta name="robots" content="noindex" />
      <WithToken from="where you got it" frame={Door}>
        {(token) => <Link key={token} token={token} />}
      </WithToken>
    </>
  );
}
