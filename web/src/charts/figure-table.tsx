// A figure as its table: every value in words, every row with the way to its messages.
import { Table, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Figure } from "#services/contract/figures.ts";
import { cellText, isNumeric, type Naming } from "../shape/figure-values.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";

export interface FigureTableProps {
  readonly figure: Figure;
  readonly naming: Naming;
  readonly onOpen: (row: number) => void;
}

export function FigureTable({ figure, naming, onOpen }: FigureTableProps) {
  const { rows, selections } = figure;
  // A conversation is linked by its title, which then needs no column of its own.
  const titleAt = figure.columns.some(({ kind }) => kind === "conversation")
    ? figure.columns.findIndex(({ key }) => key === "title")
    : -1;
  const columns = figure.columns.flatMap((column, at) =>
    at === titleAt ? [] : [{ ...column, at }],
  );
  const opens = selections.some((one) => one !== null);
  return (
    <div className="figure-table">
      <ScrollBox label={`Table: ${figure.title}`} minWidth={Math.min(640, columns.length * 110)}>
        <Table verticalSpacing={6} horizontalSpacing="sm" className="tabular" fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, label, kind }) => (
                <Table.Th key={key} ta={isNumeric(kind) ? "right" : "left"}>
                  {label}
                </Table.Th>
              ))}
              {opens && <Table.Th aria-label="Messages" />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place in the figure
              <Table.Tr key={at}>
                {columns.map(({ key, kind, at: place }) => (
                  <Table.Td key={key} ta={isNumeric(kind) ? "right" : "left"} maw={320}>
                    <Value
                      cell={row[place] ?? null}
                      kind={kind}
                      naming={naming}
                      title={titleAt < 0 ? undefined : row[titleAt]}
                    />
                  </Table.Td>
                ))}
                {opens && (
                  <Table.Td ta="right" p={0}>
                    {selections[at] && (
                      <UnstyledButton className="hit-act" onClick={() => onOpen(at)}>
                        Messages
                      </UnstyledButton>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
    </div>
  );
}

interface ValueProps {
  readonly cell: Figure["rows"][number][number];
  readonly kind: Figure["columns"][number]["kind"];
  readonly naming: Naming;
  readonly title: Figure["rows"][number][number] | undefined;
}

function Value({ cell, kind, naming, title }: ValueProps) {
  if (kind === "conversation" && typeof cell === "string" && cell !== "")
    return (
      <Link to="/conversation/$conversation" params={{ conversation: cell }} className="text-link">
        {title === undefined || title === null ? "Open the conversation" : title}
      </Link>
    );
  return <>{cellText(cell, kind, naming)}</>;
}
