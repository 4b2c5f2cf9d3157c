// A table of numbers about named things. On a narrow screen each row folds: its name, and below it each number with its column's name.
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import "./fold-table.css";

export interface FoldTableProps {
  readonly label: string;
  /** What the rows are, above their names. */
  readonly rows: string;
  readonly columns: readonly string[];
  readonly children: ReactNode;
}

export function FoldTable({ label, rows, columns, children }: FoldTableProps) {
  return (
    <div className="card fold-table">
      <Table verticalSpacing="sm" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {[rows, ...columns].map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}

export interface NumberCellsProps {
  readonly columns: readonly string[];
  /** One for each column. */
  readonly values: readonly string[];
}

export function NumberCells({ columns, values }: NumberCellsProps) {
  return columns.map((name, at) => (
    <Table.Td key={name} className="tabular" data-column={name}>
      {values[at]}
    </Table.Td>
  ));
}
