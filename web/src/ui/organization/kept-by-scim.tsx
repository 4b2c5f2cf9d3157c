// That an identity provider looks after a member or a team by SCIM, and what that means for changes here.
import { Badge, Text } from "@mantine/core";

export function KeptByScim() {
  return (
    <Badge size="sm" variant="outline" color="gray" tt="none">
      Kept by SCIM
    </Badge>
  );
}

/** In dialogs before a change that would not last. */
export const undoneByScim =
  "Kept by SCIM: your identity provider undoes this at its next round, unless it is changed there too.";

interface AboutScimProps {
  readonly isKept: boolean;
  /** What the change does. */
  readonly children: string;
}

/** The text of a dialog before such a change, with that below it. */
export function AboutScim({ isKept, children }: AboutScimProps) {
  return (
    <>
      {children}
      {isKept && (
        <Text size="sm" mt="sm">
          {undoneByScim}
        </Text>
      )}
    </>
  );
}
