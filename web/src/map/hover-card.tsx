// A ring around the point under the pointer, and a card with its topic and its message.
import { Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowUpRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { mapPointQuery } from "../api/map.ts";
import { toScreen } from "../shape/map/camera.ts";
import { ago } from "../shape/words/times.ts";
import { useNow } from "../ui/parts/now.ts";
import type { Viewport } from "./viewport.ts";

export interface PointedAt {
  readonly point: number;
  readonly x: number;
  readonly y: number;
  /** Tapped: the card stays and has a link to the message. */
  readonly pinned: boolean;
}

export interface HoverCardProps {
  /** Undefined where messages are not shown. */
  readonly collection: string | undefined;
  readonly viewport: Viewport;
  readonly at: PointedAt;
  readonly topic: { readonly title: string; readonly colour: string } | undefined;
}

// The message is requested after this pause, not for every point that the pointer passes.
const restMs = 80;
const width = 300;
const room = 190;
const textLength = 260;

function Message({ collection, at }: { readonly collection: string; readonly at: PointedAt }) {
  const now = useNow();
  const [settled] = useDebouncedValue(at.point, restMs);
  const { data } = useQuery({
    ...mapPointQuery(collection, at.point),
    enabled: settled === at.point,
  });
  if (data === undefined)
    return (
      <>
        <Skeleton h={10} w="94%" mb={7} />
        <Skeleton h={10} w="60%" />
      </>
    );
  const { text } = data;
  return (
    <>
      <p className="map-card-text">
        {text.slice(0, textLength)}
        {text.length > textLength && " …"}
      </p>
      <p className="map-card-foot">
        <b className="clip">{data.author}</b>
        <span className="clip">{data.title}</span>
        {data.at !== null && <time>{ago(data.at, now)}</time>}
      </p>
      {at.pinned && (
        <Link
          to="/conversation/$conversation"
          params={{ conversation: data.conversation }}
          search={{ at: data.message }}
          className="map-card-open"
        >
          Open the message
          <IconArrowUpRight size={14} stroke={1.8} aria-hidden />
        </Link>
      )}
    </>
  );
}

export function HoverCard({ collection, viewport, at, topic }: HoverCardProps) {
  const card = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      viewport.onFrame(({ camera, size }) => {
        const [x, y] = toScreen(camera, size, at.x, at.y);
        if (ring.current) ring.current.style.transform = `translate(${x}px, ${y}px)`;
        if (!card.current) return;
        const wide = Math.min(width, size.width - 16);
        const left = Math.min(
          Math.max(8, x + (x + wide + 24 > size.width ? -wide - 14 : 14)),
          size.width - wide - 8,
        );
        const below = y + room < size.height;
        card.current.style.width = `${wide}px`;
        card.current.style.left = `${left}px`;
        card.current.style.top = below ? `${y + 12}px` : "auto";
        card.current.style.bottom = below ? "auto" : `${size.height - y + 12}px`;
      }),
    [viewport, at],
  );
  return (
    <>
      <div ref={ring} className="map-ring" aria-hidden="true" />
      <div ref={card} className="map-card" data-pinned={at.pinned || undefined}>
        {topic && (
          <p className="map-card-topic">
            <i style={{ background: topic.colour }} aria-hidden="true" />
            <span className="clip">{topic.title}</span>
          </p>
        )}
        {collection !== undefined && <Message collection={collection} at={at} />}
      </div>
    </>
  );
}
