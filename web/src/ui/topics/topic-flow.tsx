// The drawing of what became of topics between two analyses: rows before and after, with bands between them.
import { useComputedColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { TopicEvent } from "#services/contract/analysis.ts";
import { topicColour } from "../../shape/topics/topic-colours.ts";
import { type FlowBand, type FlowNode, topicFlow } from "../../shape/topics/topic-flow.ts";
import { shortCount } from "../../shape/words/numbers.ts";
import { useTopicMarks } from "./topic-marks.ts";
import "./topic-flow.css";

export interface TopicFlowProps {
  readonly collection: string;
  /** All events of one analysis, unchanged topics included. */
  readonly events: readonly TopicEvent[];
  /** "Version 3", "Version 4" */
  readonly before: string;
  readonly after: string;
}

/** Of the bands' own coordinates; the drawing is stretched to the room between the names. */
const width = 100;

const pathOf = ({ left, right }: FlowBand): string => {
  const half = width / 2;
  return [
    `M0 ${left[0]}`,
    `C${half} ${left[0]} ${half} ${right[0]} ${width} ${right[0]}`,
    `L${width} ${right[1]}`,
    `C${half} ${right[1]} ${half} ${left[1]} 0 ${left[1]}Z`,
  ].join("");
};

function Names({
  collection,
  nodes,
  isAfter,
}: {
  readonly collection: string;
  readonly nodes: readonly FlowNode[];
  readonly isAfter: boolean;
}) {
  return (
    <ul className="flow-names" data-after={isAfter || undefined}>
      {nodes.map((node) => (
        <li key={node.topic} style={{ top: node.top, height: node.height }} title={node.title}>
          {isAfter && node.topic !== "" ? (
            <Link
              to="/c/$collection/topics/$topic"
              params={{ collection, topic: node.topic }}
              className="clip plain-link"
            >
              {node.title}
            </Link>
          ) : (
            <span className={node.topic === "" ? "clip dim" : "clip"}>{node.title}</span>
          )}
          <span className="tabular dim">{shortCount(node.messages)}</span>
        </li>
      ))}
    </ul>
  );
}

export function TopicFlow({ collection, events, before, after }: TopicFlowProps) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const marks = useTopicMarks(collection);
  const flow = topicFlow(events);
  const colourOf = (topic: string) => topicColour(marks.get(topic)?.colour ?? -1, scheme);
  return (
    <figure className="flow">
      <figcaption className="flow-sides">
        <span>{before}</span>
        <span>{after}</span>
      </figcaption>
      <div className="flow-body" style={{ height: flow.height }}>
        <Names collection={collection} nodes={flow.left} isAfter={false} />
        <svg
          viewBox={`0 0 ${width} ${flow.height}`}
          preserveAspectRatio="none"
          className="flow-bands"
          role="img"
          aria-label={`Topics of ${before} at the left, of ${after} at the right. The list below says the same.`}
        >
          {flow.bands.map((band) => (
            <path
              key={`${band.topic} ${band.left[0]}`}
              d={pathOf(band)}
              fill={colourOf(band.topic)}
              className="flow-band"
            />
          ))}
          {flow.left.map((node) => (
            <rect
              key={`before ${node.topic}`}
              x={0}
              y={node.top}
              width={2}
              height={node.height}
              fill={colourOf(node.topic)}
            />
          ))}
          {flow.right.map((node) => (
            <rect
              key={`after ${node.topic}`}
              x={width - 2}
              y={node.top}
              width={2}
              height={node.height}
              fill={colourOf(node.topic)}
            />
          ))}
        </svg>
        <Names collection={collection} nodes={flow.right} isAfter />
      </div>
    </figure>
  );
}
