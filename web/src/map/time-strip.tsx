// The time strip below the map: points over time as bars, a slider to select a range, and a button to play it.
import { ActionIcon, CloseButton, RangeSlider, Tooltip } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import {
  isWhole,
  playedOn,
  playStart,
  type TimeWindow,
  timeBars,
  withinWhole,
} from "../shape/map/time.ts";
import { date } from "../shape/words/times.ts";

export interface TimeStripProps {
  readonly days: Float32Array | undefined;
  readonly whole: TimeWindow;
  /** The range from the URL, milliseconds. */
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly isStill: boolean;
  /** Called at every step of dragging and playing; undefined is all time. */
  readonly onLive: (window: TimeWindow | undefined) => void;
  /** Called when dragging or playing has ended. */
  readonly onSettle: (window: TimeWindow | undefined) => void;
}

const steps = 1000;
/** Playing the whole time takes so long. */
const playSeconds = 14;
const stillStepMs = 700;

export function TimeStrip(props: TimeStripProps) {
  const { days, whole, after, before, isStill, onLive, onSettle } = props;
  const settled = withinWhole(whole, after, before);
  const [live, setLive] = useState<TimeWindow | undefined>();
  const [playing, setPlaying] = useState(false);
  const bars = useMemo(() => (days ? timeBars(days, whole) : []), [days, whole]);
  const shown = live ?? settled;
  const span = whole.to - whole.from;
  const latest = useRef({ onLive, onSettle, shown });
  useEffect(() => {
    latest.current = { onLive, onSettle, shown };
  });

  useEffect(() => {
    if (!playing) return;
    let now = playStart(whole, latest.current.shown);
    const show = (next: TimeWindow) => {
      now = next;
      setLive(next);
      latest.current.onLive(next);
    };
    const end = () => {
      setPlaying(false);
      setLive(undefined);
      latest.current.onSettle(now);
    };
    const step = (part: number) => {
      const next = playedOn(whole, now, part);
      if (next) show(next);
      else end();
      return next !== undefined;
    };
    show(now);
    if (isStill) {
      const timer = setInterval(() => step(1 / 20), stillStepMs);
      return () => clearInterval(timer);
    }
    let [frame, last] = [0, performance.now()];
    const run = (time: number) => {
      // After the page was hidden, playing continues where it was.
      const passed = Math.min(200, Math.max(0, time - last));
      last = time;
      if (step(passed / 1000 / playSeconds)) frame = requestAnimationFrame(run);
    };
    frame = requestAnimationFrame(run);
    return () => cancelAnimationFrame(frame);
  }, [playing, whole, isStill]);

  const pause = () => {
    setPlaying(false);
    setLive(undefined);
    onSettle(isWhole(whole, shown) ? undefined : shown);
  };
  const windowOf = ([from, to]: [number, number]): TimeWindow => ({
    from: whole.from + (from / steps) * span,
    to: to >= steps ? whole.to : whole.from + (to / steps) * span,
  });
  const place = (at: number) => Math.round(((at - whole.from) / span) * steps);
  const all = isWhole(whole, shown);

  return (
    <section className="map-float map-time" aria-label="Time">
      <Tooltip label={playing ? "Stop" : "Play over time"} openDelay={350}>
        <ActionIcon
          variant="light"
          size={34}
          radius="xl"
          disabled={!days}
          aria-label={playing ? "Stop" : "Play over time"}
          onClick={() => (playing ? pause() : setPlaying(true))}
        >
          {playing ? (
            <IconPlayerPauseFilled size={16} aria-hidden />
          ) : (
            <IconPlayerPlayFilled size={16} aria-hidden />
          )}
        </ActionIcon>
      </Tooltip>
      <div className="map-time-body">
        <svg
          viewBox={`0 0 ${Math.max(1, bars.length)} 1`}
          preserveAspectRatio="none"
          className="map-time-bars"
          aria-hidden="true"
        >
          {bars.map((bar, at) => (
            <rect
              key={bar.from}
              x={at + 0.08}
              width={0.84}
              y={1 - bar.height}
              height={bar.height}
              data-out={bar.to <= shown.from || bar.from >= shown.to || undefined}
            />
          ))}
        </svg>
        <RangeSlider
          size={2}
          thumbSize={14}
          min={0}
          max={steps}
          step={1}
          minRange={4}
          disabled={!days}
          label={null}
          thumbFromLabel={`From ${date(shown.from)}`}
          thumbToLabel={`To ${date(shown.to)}`}
          value={[place(shown.from), place(shown.to)]}
          onChange={(value) => {
            setPlaying(false);
            const next = windowOf(value);
            setLive(next);
            onLive(next);
          }}
          onChangeEnd={(value) => {
            const next = windowOf(value);
            setLive(undefined);
            onSettle(isWhole(whole, next) ? undefined : next);
          }}
        />
        <div className="map-time-ends tabular">
          <span>{date(shown.from)}</span>
          <span>{date(shown.to)}</span>
        </div>
      </div>
      {!all && (
        <CloseButton
          size="sm"
          aria-label="Show all time"
          onClick={() => {
            setPlaying(false);
            setLive(undefined);
            onSettle(undefined);
          }}
        />
      )}
    </section>
  );
}
