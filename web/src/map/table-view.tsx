// The map as a table, for use without a map: all topics, and the messages of the selected topic.
import { Button, Table, Text, UnstyledButton } from "@mantine/core";
import { IconMap2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Topic } from "#services/contract/analysis.ts";
import { percent } from "../shape/figures/effects.ts";
import { topicRows } from "../shape/topics/topic-tree.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { TopicDot } from "../ui/topics/topic-tag.tsx";

export interface TableViewProps {
  readonly topics: readonly Topic[];
  readonly chosen: readonly string[];
  readonly onTopic: (topic: string) => void;
  /** Why the map cannot be drawn; undefined where the person chose the list. */
  readonly why: string | undefined;
  /** Shows the map again. */
  readonly onMap: () => void;
  /** The panel of the selection; undefined where nothing is selected. */
  readonly children: ReactNode;
}

export function TableView({ topics, chosen, onTopic, why, onMap, children }: TableViewProps) {
  const rows = topicRows(topics, {});
  const leaves = topics.filter((one) => one.leaf).length;
  return (
    <div className="map-table">
      <div className="map-table-list">
        {why !== undefined && (
          <p className="map-unable" role="alert">
            The map cannot be drawn: {why} This list has the same topics and messages.
          </p>
        )}
        <div className="map-table-head">
          <Text size="sm" role="status">
            {counted(leaves, "topic")}. Click a topic to read its messages.
          </Text>
          {why === undefined && (
            <Button
              size="xs"
              flex="none"
              variant="default"
              leftSection={<IconMap2 size={15} stroke={1.7} aria-hidden />}
              onClick={onMap}
            >
              Show the map
            </Button>
          )}
        </div>
        <Table verticalSpacing={6} aria-label="Topics of the map">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Topic</Table.Th>
              <Table.Th ta="right">Messages</Table.Th>
              <Table.Th ta="right">Share</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ topic, depth }) => (
              <Table.Tr key={topic.id} data-chosen={chosen.includes(topic.id) || undefined}>
                <Table.Td style={{ paddingLeft: 10 + depth * 18 }}>
                  <UnstyledButton
                    className={topic.leaf ? "map-table-topic" : "map-table-topic parent"}
                    aria-pressed={chosen.includes(topic.id)}
                    onClick={() => onTopic(topic.id)}
                  >
                    {topic.leaf && <TopicDot colour={topic.colour} />}
                    {topic.title}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(topic.messages)}
                </Table.Td>
                <Table.Td ta="right" className="tabular">
                  {percent(topic.share)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <div className="map-table-messages">
        {children ?? (
          <p className="map-table-hint">The messages of the selected topic are listed here.</p>
        )}
      </div>
    </div>
  );
}
