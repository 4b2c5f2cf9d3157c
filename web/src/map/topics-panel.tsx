// The panel beside the map: saved labels, and the tree of topics; everything on the map can be selected here by keyboard.
import { ActionIcon, Tooltip, UnstyledButton, useComputedColorScheme } from "@mantine/core";
import { IconTag, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Topic } from "#services/contract/analysis.ts";
import type { Label } from "#services/contract/map.ts";
import { deleteLabel, labelsQuery } from "../api/selected.ts";
import { topicColour } from "../shape/topics/topic-colours.ts";
import { topicRows } from "../shape/topics/topic-tree.ts";
import { shortCount } from "../shape/words/numbers.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { ActionError } from "../ui/parts/action-error.tsx";

export interface TopicsPanelProps {
  readonly collection: string;
  readonly topics: readonly Topic[];
  readonly outliers: number;
  readonly chosen: readonly string[];
  readonly onTopic: (topic: string, add: boolean) => void;
  readonly chosenLabels: readonly string[];
  readonly onLabel: (label: string) => void;
}

function LabelRow({
  collection,
  label,
  on,
  onLabel,
}: Pick<TopicsPanelProps, "collection" | "onLabel"> & {
  readonly label: Label;
  readonly on: boolean;
}) {
  const client = useQueryClient();
  const mayEdit = useMayEdit(collection);
  const drop = useMutation({
    mutationFn: () => deleteLabel(collection, label.id),
    onSuccess: () => client.invalidateQueries({ queryKey: labelsQuery(collection).queryKey }),
  });
  return (
    <li className="map-row-line">
      <UnstyledButton className="map-row" aria-pressed={on} onClick={() => onLabel(label.id)}>
        <IconTag size={13} stroke={1.8} aria-hidden />
        <span className="clip">{label.name}</span>
        <span className="tabular">{shortCount(label.chunks)}</span>
      </UnstyledButton>
      {mayEdit && (
        <Tooltip label="Delete the label. Its messages are kept" openDelay={400}>
          <ActionIcon
            size={26}
            variant="subtle"
            color="gray"
            aria-label={`Delete the label ${label.name}`}
            loading={drop.isPending}
            onClick={() => drop.mutate()}
          >
            <IconTrash size={14} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <ActionError error={drop.error} />
    </li>
  );
}

export function TopicsPanel(props: TopicsPanelProps) {
  const { collection, topics, outliers, chosen, onTopic, chosenLabels, onLabel } = props;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const { data: labels } = useQuery(labelsQuery(collection));
  const rows = topicRows(topics, {});
  const largest = Math.max(1, ...topics.filter((one) => one.leaf).map((one) => one.messages));
  return (
    <>
      {labels && labels.length > 0 && (
        <section aria-label="Labels">
          <h2 className="map-side-title">Labels</h2>
          <ul className="map-rows">
            {labels.map((label) => (
              <LabelRow
                key={label.id}
                collection={collection}
                label={label}
                on={chosenLabels.includes(label.id)}
                onLabel={onLabel}
              />
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Topics">
        <h2 className="map-side-title">Topics</h2>
        <ul className="map-rows">
          {rows.map(({ topic, depth }) => (
            <li key={topic.id}>
              <UnstyledButton
                className={topic.leaf ? "map-row" : "map-row parent"}
                style={{ paddingLeft: 10 + depth * 12 }}
                aria-pressed={chosen.includes(topic.id)}
                onClick={(event) => onTopic(topic.id, event.shiftKey)}
              >
                {topic.leaf && (
                  <i
                    className="map-row-share"
                    aria-hidden="true"
                    style={{
                      background: topicColour(topic.colour, scheme),
                      width: `${Math.max(3, Math.sqrt(topic.messages / largest) * 34)}px`,
                    }}
                  />
                )}
                <span className="clip">{topic.title}</span>
                <span className="tabular">{shortCount(topic.messages)}</span>
              </UnstyledButton>
            </li>
          ))}
          {outliers > 0 && (
            <li>
              <UnstyledButton
                className="map-row"
                style={{ paddingLeft: 10 }}
                aria-pressed={chosen.includes("none")}
                onClick={(event) => onTopic("none", event.shiftKey)}
              >
                <i
                  className="map-row-share"
                  aria-hidden="true"
                  style={{ background: topicColour(-1, scheme), width: 6 }}
                />
                <span className="clip">No topic</span>
                <span className="tabular">{shortCount(outliers)}</span>
              </UnstyledButton>
            </li>
          )}
        </ul>
      </section>
    </>
  );
}
