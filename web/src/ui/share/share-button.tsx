// The button that shares what a page shows by a link. There is none where nobody signs in, and for those who may only read.
import { ActionIcon, Button, Tooltip, UnstyledButton } from "@mantine/core";
import { IconShare2 } from "@tabler/icons-react";
import { useState } from "react";
import type { z } from "zod";
import type { shareTarget } from "#services/contract/shares.ts";
import { shareLabels } from "../../shape/words/shares.ts";
import { useAccount } from "../account/use-session.ts";
import { lazyPart } from "../parts/lazy-part.tsx";

/** Its code is fetched when it is opened. */
export const ShareDialog = lazyPart(
  () => import("./share-dialog.tsx").then((file) => file.ShareDialog),
  { missing: "nothing" },
);

export interface ShareButtonProps {
  readonly collection: string;
  readonly target: z.input<typeof shareTarget>;
  /** As an icon alone, or as a small act among others; a button by default. */
  readonly as?: "icon" | "act";
}

/** Whether links can be made at all; who manages which collection is for the server to say. */
export const useMayShare = (): boolean => {
  const account = useAccount();
  return account !== undefined && account.role !== "viewer";
};

export function ShareButton({ collection, target, as }: ShareButtonProps) {
  const mayShare = useMayShare();
  const [isOpen, setIsOpen] = useState(false);
  if (!mayShare) return null;
  const label = `Share this ${shareLabels[target.kind].toLowerCase()} by a link`;
  const open = () => setIsOpen(true);
  return (
    <>
      {as === undefined && (
        <Button
          size="xs"
          variant="default"
          aria-label={label}
          leftSection={<IconShare2 size={15} stroke={1.6} aria-hidden />}
          onClick={open}
        >
          Share
        </Button>
      )}
      {as === "act" && (
        <UnstyledButton className="hit-act" style={{ gap: 5 }} aria-label={label} onClick={open}>
          <IconShare2 size={14} stroke={1.7} aria-hidden />
          Share
        </UnstyledButton>
      )}
      {as === "icon" && (
        <Tooltip label={label} openDelay={400}>
          <ActionIcon variant="subtle" color="gray" size={34} aria-label={label} onClick={open}>
            <IconShare2 size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      {isOpen && (
        <ShareDialog collection={collection} target={target} onClose={() => setIsOpen(false)} />
      )}
    </>
  );
}
