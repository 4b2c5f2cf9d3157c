// A figure as a table: every value as text, every row with a button for its messages.
import { Table, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AnyFigure } from "#services/contract/figures.ts";
import { isNumeric, type Naming, valueText } from "../shape/figures/figure-values.ts";
import { ScrollBox } from "../ui/parts/scroll-box.tsx";

/** Width that a column needs, pixels. */
const columnWidth = (kind: AnyFigure["columns"][number]["kind"], key: string): number => {
  if (key === "says") return 280;
  if (kind === "text" || kind === "topic" || kind === "conversation") return 150;
  return kind === "time" ? 110 : 84;
};

export interface FigureTableProps {
  readonly figure: AnyFigure;
  readonly naming: Naming;
  readonly onOpen: (row: number) => void;
}

export function FigureTable({ figure, naming, onOpen }: FigureTableProps) {
  const { columns, rows, selections } = figure;
  const opens = selections.some((one) => one !== null);
  return (
    <div className="figure-table">
      <ScrollBox
        label={`Table: ${figure.title}`}
        minWidth={columns.reduce((sum, { kind, key }) => sum + columnWidth(kind, key), 80)}
      >
        <Table verticalSpacing={6} horizontalSpacing="sm" className="tabular" fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ key, label, kind }) => (
                <Table.Th key={key} ta={isNumeric(kind) ? "right" : "left"}>
                  {label}
                </Table.Th>
              ))}
              {opens && (
                <Table.Th>
                  <VisuallyHidden>Messages</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no key but its number
              <Table.Tr key={at}>
                {columns.map(({ key, kind }, place) => (
                  <Table.Td
                    key={key}
                    ta={isNumeric(kind) ? "right" : "left"}
                    maw={320}
                    className={isNumeric(kind) || kind === "time" ? "unbroken" : undefined}
                  >
                    <Value
                      text={valueText(row[place] ?? null, columns[place], naming)}
                      conversation={
                        kind === "conversation" ? selections[at]?.conversations?.[0] : undefined
                      }
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
  readonly text: string;
  /** Id of the conversation, where the cell is a conversation's title. */
  readonly conversation: string | undefined;
}

function Value({ text, conversation }: ValueProps) {
  if (conversation === undefined) return <>{text}</>;
  return (
    <Link to="/conversation/$conversation" params={{ conversation }} className="text-link">
      {text}
    </Link>
  );
}
