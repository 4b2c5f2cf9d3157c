// Says what each column of a table holds, and shows the messages that this gives. Controlled: it keeps nothing.
import { Select, Switch, Text } from "@mantine/core";
import type { ColumnMapping, DateOrder, SeenTable } from "#services/domain/columns.ts";
import {
  type ColumnChoice,
  choicesOf,
  choiceWords,
  examplesOf,
  mappingOfChoices,
  previewOf,
  withChoice,
  withHeadings,
} from "../../shape/uploads/column-choice.ts";
import "./column-editor.css";

export interface ColumnEditorProps {
  readonly table: SeenTable;
  readonly mapping: ColumnMapping;
  /** The table changes too, where its first row is taken for names or for a message. */
  readonly onChange: (table: SeenTable, mapping: ColumnMapping) => void;
}

const orders: readonly { readonly value: DateOrder | "told"; readonly label: string }[] = [
  { value: "told", label: "As the dates tell" },
  { value: "dmy", label: "Day first: 31.12.2026" },
  { value: "mdy", label: "Month first: 12/31/2026" },
  { value: "ymd", label: "Year first: 2026-12-31" },
];

const messagesShown = 5;

function Preview({ table, mapping }: Omit<ColumnEditorProps, "onChange">) {
  const messages = previewOf(table, mapping).slice(0, messagesShown);
  if (mapping.text.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Choose the column that holds the text of the messages.
      </Text>
    );
  if (messages.length === 0)
    return (
      <Text size="sm" c="dimmed">
        The first rows give no message.
      </Text>
    );
  return (
    <ul className="column-preview">
      {messages.map((one) => (
        <li key={one.key}>
          <span className="column-preview-head">
            <strong>{one.author}</strong>
            {one.time !== "" && <span>{one.time}</span>}
          </span>
          <span className="column-preview-text">{one.text}</span>
        </li>
      ))}
    </ul>
  );
}

/** What the collection's cleaning rules have masked in a heading is not what the file calls its column. */
const isMasked = (heading: string): boolean => /«[^«»]+»/u.test(heading);

function MaskedHeadings({ table }: { readonly table: SeenTable }) {
  if (!table.columns.some(isMasked)) return null;
  return (
    <Text size="sm" c="dimmed" role="note">
      {table.headings === "row"
        ? "A column whose heading is masked cannot be chosen by it. To choose it by its number, say that the first row does not hold the names of the columns: it is read as a message then."
        : "A field whose name is masked cannot be chosen."}
    </Text>
  );
}

export function ColumnEditor({ table, mapping, onChange }: ColumnEditorProps) {
  const choices = choicesOf(table.columns, mapping);
  const change = (at: number, choice: ColumnChoice) =>
    onChange(table, mappingOfChoices(table, withChoice(choices, at, choice), mapping));
  const hasDate = mapping.time !== undefined || mapping.date !== undefined;
  return (
    <div className="column-editor">
      {table.headings !== "fields" && (
        <Switch
          label="The first row holds the names of the columns"
          checked={table.headings === "row"}
          onChange={(event) => {
            const changed = withHeadings(table, event.currentTarget.checked ? "row" : "none");
            onChange(changed, mappingOfChoices(changed, choices, mapping));
          }}
        />
      )}
      <MaskedHeadings table={table} />
      <ul className="column-list">
        {table.columns.map((name, at) => (
          <li key={name}>
            <div className="column-name">
              <Text size="sm" fw={560} className="clip" title={name}>
                {table.headings === "none" ? `Column ${name}` : name}
              </Text>
              <Text size="xs" c="dimmed" className="clip" title={examplesOf(table, at)}>
                {examplesOf(table, at) || "empty in the first rows"}
              </Text>
            </div>
            <Select
              aria-label={`What “${name}” holds`}
              size="xs"
              className="column-use"
              data={[...choiceWords]}
              value={choices[at] ?? "none"}
              allowDeselect={false}
              disabled={isMasked(name) && (choices[at] ?? "none") === "none"}
              onChange={(value) => value !== null && change(at, value)}
              comboboxProps={{ width: 240, position: "bottom-end" }}
              maxDropdownHeight={420}
              data-used={choices[at] !== "none"}
            />
          </li>
        ))}
      </ul>
      {hasDate && (
        <Select
          label="Order of day and month in dates"
          size="sm"
          data={[...orders]}
          value={mapping.dateOrder ?? "told"}
          allowDeselect={false}
          onChange={(value) => {
            const { dateOrder: _, ...rest } = mapping;
            onChange(
              table,
              value === null || value === "told" ? rest : { ...rest, dateOrder: value },
            );
          }}
        />
      )}
      <section aria-label="Preview of the messages" aria-live="polite">
        <Text size="sm" fw={560} mb={6}>
          The first messages would be
        </Text>
        <Preview table={table} mapping={mapping} />
      </section>
    </div>
  );
}
