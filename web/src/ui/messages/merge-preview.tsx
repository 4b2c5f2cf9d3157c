// What merging two conversations would do: what is the same, what only one has, how the clocks differ, who is who.
import { Text } from "@mantine/core";
import type { MergePreview } from "#services/contract/merges.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { shiftLabel } from "#services/domain/merged-chats.ts";
import { count, counted } from "../../shape/words/numbers.ts";

type Fit = MergePreview["conversations"][number];

const nameOf = ({ conversation: { title, channel } }: Fit) => title ?? channel ?? "Untitled";

const clocks = ({ shifts }: Fit): string[] =>
  shifts
    .filter(({ minutes }) => minutes !== 0)
    .map(
      ({ minutes, messages }) =>
        `Its clock is moved by ${shiftLabel(minutes)} (told by ${counted(messages, "message")}).`,
    );

function Line({ of, isFirst }: { readonly of: Fit; readonly isFirst: boolean }) {
  const details = isFirst
    ? ["Its title, clock and names of people are kept."]
    : [...clocks(of), ...of.names.map(({ name, shown }) => `“${name}” is “${shown}”.`)];
  return (
    <li className="merge-line">
      <Text size="sm" fw={580}>
        {nameOf(of)} · {sourceLabel(of.conversation.source)}
      </Text>
      <Text size="sm">
        {isFirst
          ? counted(of.only, "message")
          : `${counted(of.same, "message")} the same, ${count(of.only)} only here`}
      </Text>
      {details.map((detail) => (
        <Text key={detail} size="xs" c="dimmed">
          {detail}
        </Text>
      ))}
    </li>
  );
}

export function MergePreviewList({ preview }: { readonly preview: MergePreview }) {
  const same = preview.conversations.reduce((sum, one) => sum + one.same, 0);
  return (
    <div role="status">
      <ul className="merge-lines">
        {preview.conversations.map((one, at) => (
          <Line key={one.conversation.id} of={one} isFirst={at === 0} />
        ))}
      </ul>
      <Text size="sm" mt={10}>
        Together: <b className="tabular">{counted(preview.messages, "message")}</b>
      </Text>
      {same === 0 && (
        <Text size="sm" mt={6}>
          They have no message in common. Merge them only if they are two parts of one chat.
        </Text>
      )}
    </div>
  );
}
