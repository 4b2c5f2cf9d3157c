// The header of a conversation: title, participants, and the switch for hidden kinds of messages.
import { ActionIcon, Popover, ScrollArea, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowLeft, IconEye, IconEyeOff, IconUsers } from "@tabler/icons-react";
import { Link, useCanGoBack, useRouter } from "@tanstack/react-router";
import type { ConversationSummary } from "#services/contract/conversations.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { placeOf } from "../../shape/words/place.ts";
import { spanOfTime } from "../../shape/words/times.ts";
import { SourceBadge } from "../parts/source-badge.tsx";
import { ShareButton } from "../share/share-button.tsx";
import { MergeButton } from "./merge-button.tsx";

export interface ConversationHeadProps {
  readonly conversation: ConversationSummary;
  readonly shown: number;
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

const showAllKinds = "Show thinking, tool calls, joins and leaves too";

function Participants({ conversation }: Pick<ConversationHeadProps, "conversation">) {
  const { participants, moreParticipants } = conversation;
  return (
    <Popover position="bottom-end" shadow="md" width={260}>
      <Popover.Target>
        <UnstyledButton
          className="hit-act"
          aria-label={counted(participants.length, "participant")}
        >
          <IconUsers size={16} stroke={1.6} aria-hidden style={{ marginRight: 5 }} />
          {count(participants.length)}
          {moreParticipants && "+"}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <ScrollArea.Autosize mah={320}>
          {participants.slice(0, 200).map((one) => (
            <div
              key={`${one.role} ${one.name}`}
              className="facet-value"
              style={{ cursor: "default" }}
            >
              <span className="clip">{one.name}</span>
              <span className="tabular">{count(one.messages)}</span>
            </div>
          ))}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

export function ConversationHead({ conversation, shown, all, onAll }: ConversationHeadProps) {
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const { collection, title, channel, firstAt, lastAt, source } = conversation;
  return (
    <div className="talk-head">
      <div>
        {canGoBack ? (
          <Tooltip label="Back (Esc)" openDelay={400}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              aria-label="Back"
              onClick={() => router.history.back()}
            >
              <IconArrowLeft size={18} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            aria-label="Go to the collection"
            renderRoot={(props) => <Link {...props} to="/c/$collection" params={{ collection }} />}
          >
            <IconArrowLeft size={18} stroke={1.7} />
          </ActionIcon>
        )}
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text component="h2" fz="md" fw={620} m={0} className="clip">
            {placeOf(channel, title) || "Untitled conversation"}
          </Text>
          <Text size="xs" c="dimmed" className="clip tabular">
            {counted(shown, "message")}
            {firstAt !== null && lastAt !== null && ` · ${spanOfTime(firstAt, lastAt)}`}
          </Text>
        </div>
        <span className="wide-only">
          <SourceBadge source={source} />
        </span>
        <Participants conversation={conversation} />
        <MergeButton conversation={conversation} />
        <ShareButton
          as="icon"
          collection={collection}
          target={{ kind: "conversation", conversation: conversation.id }}
        />
        <Tooltip label={showAllKinds} openDelay={400}>
          <ActionIcon
            variant={all ? "light" : "subtle"}
            color={all ? "mulberry" : "gray"}
            size={34}
            aria-label={showAllKinds}
            aria-pressed={all}
            onClick={() => onAll(!all)}
          >
            {all ? <IconEye size={18} stroke={1.6} /> : <IconEyeOff size={18} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}
