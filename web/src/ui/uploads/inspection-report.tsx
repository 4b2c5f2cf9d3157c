// What is in a file that waits to be imported, what the import would change, and the two answers to it: import and discard.
import { Button, Group, Table, Text } from "@mantine/core";
import type { UploadInspection } from "#services/contract/inspections.ts";
import type { Upload } from "#services/contract/uploads.ts";
import {
  columnFacts,
  type Fact,
  factsOf,
  previewFacts,
  previewTitle,
} from "../../shape/uploads/inspection-words.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { clockTime, date } from "../../shape/words/times.ts";
import { ScrollBox } from "../parts/scroll-box.tsx";
import "./inspection-report.css";

/** Further kinds of problems are counted only. */
const MOST_PROBLEMS = 12;

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="inspection-facts">
      {facts.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ColumnsProps extends Pick<UploadInspection, "filename"> {
  readonly table: UploadInspection["tables"][number];
  /** Undefined where nobody may choose. */
  readonly onColumns: (() => void) | undefined;
}

/** What each column of a table is taken for. */
function Columns({ table, filename, onColumns }: ColumnsProps) {
  const name = table.sheet ?? table.place;
  return (
    <section aria-label={`Columns of ${name}`}>
      <Group gap="xs" mb={4}>
        <Text size="sm" fw={560}>
          {name === filename ? "Columns of the table" : `Columns of ${name}`}
          {!table.isRead && ": not read"}
        </Text>
        {onColumns && (
          <Button size="compact-xs" variant="default" onClick={onColumns}>
            Choose columns
          </Button>
        )}
      </Group>
      <Facts facts={columnFacts(table)} />
    </section>
  );
}

/** Tables of an archive whose columns are listed. */
const MOST_TABLES = 3;

function Problems({ problems, filename }: Pick<UploadInspection, "problems" | "filename">) {
  const more = problems.length - MOST_PROBLEMS;
  return (
    <section aria-label={`What will be left out of ${filename}`}>
      <Text size="sm" fw={560} mb={4}>
        Left out, or not as it should be
      </Text>
      <ScrollBox label={`What will be left out of ${filename}, and why`} minWidth={440}>
        <Table fz="sm" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="right">Records</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>Where</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.slice(0, MOST_PROBLEMS).map((one) => (
              <Table.Tr key={`${one.code} ${one.reason}`}>
                <Table.Td ta="right" className="tabular">
                  {count(one.count)}
                </Table.Td>
                <Table.Td>{one.reason}</Table.Td>
                <Table.Td className="problem-place">
                  {one.places.join("; ")}
                  {one.count > one.places.length && " …"}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
      {more > 0 && (
        <Text size="xs" c="dimmed" mt={6}>
          And {counted(more, "further kind")} of problem.
        </Text>
      )}
    </section>
  );
}

export interface InspectionReportProps {
  readonly upload: Upload;
  readonly inspection: UploadInspection;
  /** Whether whoever looks may answer. */
  readonly mayEdit: boolean;
  readonly isImporting: boolean;
  readonly isDiscarding: boolean;
  readonly onImport: () => void;
  readonly onDiscard: () => void;
  readonly onColumns: () => void;
}

export function InspectionReport({
  upload,
  inspection,
  mayEdit,
  onColumns,
  ...answer
}: InspectionReportProps) {
  const { preview } = inspection;
  return (
    <div className="inspection">
      <Facts facts={factsOf(inspection)} />
      {inspection.tables.slice(0, MOST_TABLES).map((table, at) => (
        <Columns
          key={`${table.place} ${table.sheet ?? ""}`}
          table={table}
          filename={inspection.filename}
          onColumns={mayEdit && at === 0 ? onColumns : undefined}
        />
      ))}
      <section
        className="inspection-preview"
        aria-label={`What importing ${upload.filename} would change`}
      >
        <Text size="sm" fw={560} mb={4}>
          {previewTitle(preview)}
        </Text>
        <Facts facts={previewFacts(preview)} />
        <Text size="xs" c="dimmed" mt={6}>
          Compared with the collection on {date(inspection.inspectedAt)} at{" "}
          {clockTime(inspection.inspectedAt)}. Entries are messages and what stands between them.
        </Text>
      </section>
      {inspection.problems.length > 0 && <Problems {...inspection} />}
      {mayEdit && (
        <Group gap="xs" className="inspection-answer">
          <Button
            size="sm"
            loading={answer.isImporting}
            disabled={answer.isDiscarding}
            onClick={answer.onImport}
            aria-label={`Import ${upload.filename}`}
          >
            Import
          </Button>
          <Button
            size="sm"
            variant="default"
            loading={answer.isDiscarding}
            disabled={answer.isImporting}
            onClick={answer.onDiscard}
            aria-label={`Discard ${upload.filename}`}
          >
            Discard
          </Button>
          {upload.confirmBy != null && (
            <Text size="xs" c="dimmed">
              Unless it is imported, the file is deleted on {date(upload.confirmBy)}.
            </Text>
          )}
        </Group>
      )}
    </div>
  );
}
