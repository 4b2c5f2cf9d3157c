// What is shown of an invitation that was just made: the link to pass on, or that a mail was sent.
import type { z } from "zod";
import type { madeInvitation } from "#services/contract/organizations.ts";
import { date } from "../../shape/words/times.ts";
import { ShownOnce } from "../parts/once-dialog.tsx";

export interface MadeInvitationProps {
  readonly made: z.infer<typeof madeInvitation>;
  readonly onClose: () => void;
}

export function MadeInvitation({ made, onClose }: MadeInvitationProps) {
  const { link, invitation } = made;
  const about =
    link === null
      ? `A mail with a link was sent to ${invitation.email}.`
      : `Pass this link on to ${invitation.email}. It is shown this once, and works once.`;
  return (
    <ShownOnce about={about} label="Link" value={link} onClose={onClose}>
      The invitation ends {date(invitation.expiresAt)}.
    </ShownOnce>
  );
}
