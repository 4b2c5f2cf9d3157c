// One figure on a card: title and summary, chart or table, the method, and the menu to save it as a file.
import {
  ActionIcon,
  Menu,
  Popover,
  SegmentedControl,
  Skeleton,
  Text,
  Title,
  UnstyledButton,
} from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { printCsv } from "#services/contract/figure-csv.ts";
import type { AnyFigure } from "#services/contract/figures.ts";
import { fetchCode } from "../api/lazy-code.ts";
import type { Naming } from "../shape/figures/figure-values.ts";
import { unbroken } from "../shape/words/unbroken.ts";
import { ActionError } from "../ui/parts/action-error.tsx";
import { lazyPart } from "../ui/parts/lazy-part.tsx";
import { saveFile } from "../ui/parts/save-file.ts";
import type { TopicMark } from "../ui/topics/topic-tag.tsx";
import "./figure-card.css";
import { FigureTable } from "./figure-table.tsx";

// The charts' code is larger than that of all pages together, so it loads when the first figure comes into view.
const FigureChart = lazyPart(() => import("./figure-chart.tsx").then((file) => file.FigureChart), {
  loading: ({ height }) => <Skeleton h={height} radius="md" />,
  missing: "panel",
});

export interface FigureCardProps {
  readonly figure: AnyFigure;
  readonly topics: ReadonlyMap<string, TopicMark>;
  readonly asTable: boolean;
  readonly onTable: (on: boolean) => void;
  /** Opens the messages behind a row. */
  readonly onOpen: (row: number) => void;
  readonly height?: number;
  /** Without the frame of a card, for use inside a card. */
  readonly bare?: boolean;
}

/** True once the card has come near the visible part of the page. */
const useSeen = () => {
  const { ref, entry } = useIntersection({ rootMargin: "500px" });
  const [seen, setSeen] = useState(false);
  const near = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (near) setSeen(true);
  }, [near]);
  return [ref, seen] as const;
};

interface ExportProps {
  readonly figure: AnyFigure;
  readonly place: React.RefObject<HTMLDivElement | null>;
  /** A chart is shown, not the table. */
  readonly drawn: boolean;
  readonly onError: (error: unknown) => void;
}

function Export({ figure, place, drawn, onError }: ExportProps) {
  const picture = async (format: "svg" | "png") => {
    const { pictureOf, pngOf } = await fetchCode(() => import("./picture.ts"));
    const box = place.current;
    if (!box) return;
    const drawing = pictureOf(box, {
      title: figure.title,
      says: figure.says,
      legend: legendIn(box),
    });
    if (!drawing) return;
    const blob =
      format === "svg" ? new Blob([drawing.svg], { type: "image/svg+xml" }) : await pngOf(drawing);
    saveFile(`${figure.name}.${format}`, blob);
  };
  const save = (format: "svg" | "png") => {
    onError(undefined);
    picture(format).catch(onError);
  };
  return (
    <Menu position="bottom-end" shadow="md" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={`Save “${figure.title}”`}>
          <IconDownload size={16} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() =>
            saveFile(
              `${figure.name}.csv`,
              // The byte order mark tells spreadsheets that the file is UTF-8.
              new Blob(["\uFEFF", printCsv(figure)], { type: "text/csv;charset=utf-8" }),
            )
          }
        >
          Table (CSV)
        </Menu.Item>
        {drawn && <Menu.Item onClick={() => save("png")}>Image (PNG)</Menu.Item>}
        {drawn && <Menu.Item onClick={() => save("svg")}>Image (SVG)</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Names and colours of the series, read from the drawn legend. */
const legendIn = (box: HTMLElement) =>
  [...box.querySelectorAll<HTMLElement>(".figure-legend li")].map((item) => ({
    label: item.textContent?.trim() ?? "",
    colour: item.dataset["colour"] ?? "currentcolor",
  }));

export function FigureCard(props: FigureCardProps) {
  const { figure, topics, asTable, onTable, onOpen, height = 240, bare = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const [ref, seen] = useSeen();
  const [error, setError] = useState<unknown>();
  const naming = useMemo<Naming>(
    () => ({ width: figure.chart.width, zone: figure.time?.zone }),
    [figure],
  );
  const onlyTable = figure.chart.type === "table";
  const table = asTable || onlyTable;
  return (
    <section
      ref={ref}
      className={bare ? "figure-card bare" : "card figure-card"}
      aria-label={figure.title}
      id={`figure-${figure.name}`}
    >
      <div className="figure-head">
        <div>
          <Title order={3}>{figure.title}</Title>
          {figure.empty === null && (
            <Text size="sm" c="dimmed" maw={640}>
              {unbroken(figure.says)}
            </Text>
          )}
        </div>
        {figure.empty === null && (
          <div className="figure-acts">
            {!onlyTable && (
              <SegmentedControl
                size="xs"
                aria-label={`View of “${figure.title}”`}
                value={asTable ? "table" : "chart"}
                data={[
                  { value: "chart", label: "Chart" },
                  { value: "table", label: "Table" },
                ]}
                onChange={(as) => onTable(as === "table")}
              />
            )}
            <Export figure={figure} place={place} drawn={!table} onError={setError} />
          </div>
        )}
      </div>
      <ActionError error={error} />
      <div className="figure-body" ref={place}>
        {figure.empty !== null ? (
          <p className="figure-empty">{figure.empty}</p>
        ) : table ? (
          <FigureTable figure={figure} naming={naming} onOpen={onOpen} />
        ) : seen ? (
          <FigureChart
            figure={figure}
            naming={naming}
            height={height}
            colourOf={(id) => topics.get(id)?.colour}
            onOpen={(row) => {
              if (figure.selections[row]) onOpen(row);
            }}
          />
        ) : (
          <div style={{ height }} />
        )}
      </div>
      <Popover position="bottom-start" shadow="md" width="min(440px, 90vw)">
        <Popover.Target>
          <UnstyledButton className="hit-act figure-method">How is this computed?</UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>
          <Text size="sm">{figure.method}</Text>
        </Popover.Dropdown>
      </Popover>
    </section>
  );
}
