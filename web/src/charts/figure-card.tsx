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
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { printCsv } from "#services/contract/figure-csv.ts";
import type { Figure } from "#services/contract/figures.ts";
import type { Naming } from "../shape/figures/figure-values.ts";
import { saveFile } from "../ui/parts/save-file.ts";
import type { TopicMark } from "../ui/topics/topic-tag.tsx";
import "./figure-card.css";
import { FigureTable } from "./figure-table.tsx";

// The charts' code is larger than that of all pages together, so it loads when the first figure comes into view.
const FigureChart = lazy(() =>
  import("./figure-chart.tsx").then((file) => ({ default: file.FigureChart })),
);

export interface FigureCardProps {
  readonly figure: Figure;
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
  readonly figure: Figure;
  readonly place: React.RefObject<HTMLDivElement | null>;
  /** A chart is shown, not the table. */
  readonly drawn: boolean;
}

function Export({ figure, place, drawn }: ExportProps) {
  const save = async (format: "svg" | "png") => {
    const { pictureOf, pngOf } = await import("./picture.ts");
    const box = place.current;
    if (!box) return;
    const picture = pictureOf(box, {
      title: figure.title,
      says: figure.says,
      legend: legendIn(box),
    });
    if (!picture) return;
    const blob =
      format === "svg" ? new Blob([picture.svg], { type: "image/svg+xml" }) : await pngOf(picture);
    saveFile(`${figure.name}.${format}`, blob);
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
        {drawn && <Menu.Item onClick={() => void save("png")}>Image (PNG)</Menu.Item>}
        {drawn && <Menu.Item onClick={() => void save("svg")}>Image (SVG)</Menu.Item>}
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
              {figure.says}
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
            <Export figure={figure} place={place} drawn={!table} />
          </div>
        )}
      </div>
      <div className="figure-body" ref={place}>
        {figure.empty !== null ? (
          <p className="figure-empty">{figure.empty}</p>
        ) : table ? (
          <FigureTable figure={figure} naming={naming} onOpen={onOpen} />
        ) : seen ? (
          <Suspense fallback={<Skeleton h={height} radius="md" />}>
            <FigureChart
              figure={figure}
              naming={naming}
              height={height}
              colourOf={(id) => topics.get(id)?.colour}
              onOpen={(row) => {
                if (figure.selections[row]) onOpen(row);
              }}
            />
          </Suspense>
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
