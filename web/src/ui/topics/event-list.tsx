// A list of topic events: icon, title, what happened.
import {
  IconArrowMerge,
  IconArrowsSplit2,
  IconEqual,
  IconRefresh,
  IconSparkles,
  IconTrendingDown,
  IconTrendingUp,
  IconX,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { TopicEvent } from "#services/contract/analysis.ts";
import { eventSays } from "../../shape/topics/topic-events.ts";
import "./event-list.css";

const icons = {
  born: IconSparkles,
  kept: IconEqual,
  grew: IconTrendingUp,
  shrank: IconTrendingDown,
  merged: IconArrowMerge,
  split: IconArrowsSplit2,
  died: IconX,
  revived: IconRefresh,
} as const satisfies Record<TopicEvent["kind"], typeof IconX>;

export interface EventListProps {
  readonly collection: string;
  readonly events: readonly TopicEvent[];
}

export function EventList({ collection, events }: EventListProps) {
  return (
    <ul className="events">
      {events.map((event) => {
        const Icon = icons[event.kind];
        return (
          <li key={`${event.topic} ${event.kind} ${event.to}`} className="event">
            <Icon size={15} stroke={1.7} aria-hidden />
            <span>
              {event.kind === "died" ? (
                <b>{event.title}</b>
              ) : (
                <Link
                  to="/c/$collection/topics/$topic"
                  params={{ collection, topic: event.topic }}
                  className="event-title"
                >
                  {event.title}
                </Link>
              )}{" "}
              <span className="dim">{eventSays(event)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
