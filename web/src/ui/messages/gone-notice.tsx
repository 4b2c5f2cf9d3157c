// The line above a conversation that says how many of its messages the newest export does not have any more, and shows them.
import { UnstyledButton } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { count } from "../../shape/words/numbers.ts";

export interface GoneNoticeProps {
  readonly gone: number;
  readonly shown: boolean;
  readonly onShow: (show: boolean) => void;
}

export function GoneNotice({ gone, shown, onShow }: GoneNoticeProps) {
  if (gone === 0) return null;
  return (
    <div className="talk-gone">
      <div>
        <IconHistory size={15} stroke={1.7} aria-hidden />
        <span>
          {gone === 1
            ? "1 message is not in the newest export."
            : `${count(gone)} messages are not in the newest export.`}
        </span>
        <UnstyledButton className="text-link" fz="xs" onClick={() => onShow(!shown)}>
          {shown ? "Hide" : "Show"}
        </UnstyledButton>
      </div>
    </div>
  );
}
