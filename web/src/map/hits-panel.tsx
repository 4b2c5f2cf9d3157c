// The hits of a map search, best first: each message, with a button that shows its point.
import { Button, Skeleton, VisuallyHidden } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { mapPointQuery } from "../api/map.ts";
import { counted } from "../shape/words/numbers.ts";
import { ago } from "../shape/words/times.ts";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useNow } from "../ui/parts/now.ts";

export interface HitsPanelProps {
  readonly collection: string;
  readonly query: string;
  readonly pending: boolean;
  readonly error: unknown;
  /** Highlighted points, best hit first. */
  readonly points: readonly number[];
  readonly all: number;
  readonly missing: number;
  readonly onShow: (point: number) => void;
}

const atOnce = 12;

export function HitsPanel(props: HitsPanelProps) {
  const { collection, query, pending, error, points, all, missing, onShow } = props;
  const [wanted, setWanted] = useState(atOnce);
  const now = useNow();
  const listed = points.slice(0, wanted);
  const answers = useQueries({ queries: listed.map((point) => mapPointQuery(collection, point)) });
  const outside = all - points.length;
  return (
    <section aria-label="Hits" className="map-hits" aria-busy={pending}>
      <h2 className="map-side-title">
        {pending ? `Searching “${query}”` : `${counted(points.length, "hit")} on the map`}
        <span className="dim">
          {outside > 0 && `${counted(outside, "hit")} outside the selection. `}
          {missing > 0 && `${counted(missing, "hit")} not on the map yet.`}
        </span>
      </h2>
      <VisuallyHidden role="status">
        {pending ? "" : `${counted(points.length, "hit")} on the map`}
      </VisuallyHidden>
      {error !== null && error !== undefined && <ErrorMessage error={error} />}
      <ol className="map-hit-list">
        {answers.map(({ data }, at) => (
          <li key={listed[at]} className="map-hit">
            {data ? (
              <>
                <Link
                  to="/conversation/$conversation"
                  params={{ conversation: data.conversation }}
                  search={{ at: data.message, q: query }}
                  className="map-hit-link"
                  data-hit
                >
                  {data.text.slice(0, 180)}
                  {data.text.length > 180 && " …"}
                </Link>
                <p className="map-card-foot">
                  <b className="clip">{data.author}</b>
                  <span className="clip">{data.title}</span>
                  {data.at !== null && <time>{ago(data.at, now)}</time>}
                  <button
                    type="button"
                    className="hit-act map-hit-show"
                    aria-label={`Show the hit of ${data.author} on the map`}
                    onClick={() => onShow(data.point)}
                  >
                    Show
                  </button>
                </p>
              </>
            ) : (
              <Skeleton h={32} />
            )}
          </li>
        ))}
      </ol>
      {points.length > wanted && (
        <Button size="xs" variant="default" onClick={() => setWanted(wanted + atOnce)}>
          Show more
        </Button>
      )}
    </section>
  );
}
