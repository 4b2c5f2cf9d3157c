// The figures of a selection. A click on a row opens its messages in a drawer; which one is open is kept in the URL.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Figure } from "#services/contract/figures.ts";
import type { Selection } from "#services/contract/selection.ts";
import { type FiguresAsked, figuresQuery } from "../../api/selected.ts";
import { FigureCard } from "../../charts/figure-card.tsx";
import { isEverything, narrowed } from "../../shape/address/selection-address.ts";
import { rowTitle } from "../../shape/figures/figure-chart.ts";
import { MessagesDrawer, type OpenedMessages } from "../messages/messages-drawer.tsx";
import { ErrorMessage } from "../parts/error-message.tsx";
import { useTopicMarks } from "../topics/topic-marks.ts";

export interface FiguresViewProps {
  readonly collection: string;
  readonly selection: Selection;
  readonly asked?: Omit<FiguresAsked, "selection">;
  /** The open row from the URL: "hours.31" is row 31 of the figure “hours”. */
  readonly open: string | undefined;
  readonly onOpen: (open: string | undefined) => void;
  /** Names of figures shown as tables. */
  readonly tables: readonly string[];
  readonly onTable: (name: string, on: boolean) => void;
}

// These figures take the whole width, since they have many steps or a legend.
const wide: readonly string[] = ["volume", "topics-over-time"];

const openedOf = (
  figures: readonly Figure[],
  open: string | undefined,
  page: Selection,
): OpenedMessages | undefined => {
  const [name, row] = open?.split(".") ?? [];
  const figure = figures.find((one) => one.name === name);
  const datum = figure?.selections[Number(row)];
  if (!figure || !datum) return undefined;
  const selection = narrowed(page, datum);
  return selection && { title: rowTitle(figure, Number(row)), selection };
};

export function FiguresView(props: FiguresViewProps) {
  const { collection, selection, asked = {}, open, onOpen, tables, onTable } = props;
  const marks = useTopicMarks(collection);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(
    figuresQuery(collection, { ...asked, ...(isEverything(selection) ? {} : { selection }) }),
  );
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (isPending)
    return (
      <div className="figure-grid" role="status" aria-label="Loading figures">
        {[0, 1, 2, 3].map((key) => (
          <Skeleton key={key} h={330} radius="lg" />
        ))}
      </div>
    );
  const figures = data.figures.filter((one) => one.empty === null);
  const empty = data.figures.filter((one) => one.empty !== null);
  return (
    <>
      <div className="figure-grid" aria-busy={isPlaceholderData}>
        {figures.map((figure) => (
          <div key={figure.name} className={wide.includes(figure.name) ? "wide" : undefined}>
            <FigureCard
              figure={figure}
              topics={marks}
              asTable={tables.includes(figure.name)}
              onTable={(on) => onTable(figure.name, on)}
              onOpen={(row) => onOpen(`${figure.name}.${row}`)}
            />
          </div>
        ))}
      </div>
      {empty.length > 0 && (
        <dl className="figures-empty">
          {empty.map((figure) => (
            <div key={figure.name}>
              <dt>{figure.title}</dt>
              <dd>{figure.empty}</dd>
            </div>
          ))}
        </dl>
      )}
      <MessagesDrawer
        collection={collection}
        opened={openedOf(figures, open, selection)}
        onClose={() => onOpen(undefined)}
      />
    </>
  );
}
