// The records that an import could not read: how many, where, and why.
import { Table, Text } from "@mantine/core";
import type { Upload } from "#services/contract/uploads.ts";
import { count, counted } from "../../shape/words/numbers.ts";
import { GuideLink } from "../formats/guide-link.tsx";
import { ScrollBox } from "../parts/scroll-box.tsx";

export function ImportReport({ upload }: { readonly upload: Upload }) {
  const shown = upload.problems.reduce((sum, one) => sum + one.count, 0);
  return (
    <div style={{ marginTop: 14 }}>
      <Text size="sm" fw={560} mb={6}>
        {counted(upload.problemCount, "problem")}. Everything else in the file was imported.
      </Text>
      <ScrollBox label="Problems of this import" minWidth={480}>
        <Table fz="sm" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Place</Table.Th>
              <Table.Th>Reason</Table.Th>
              <Table.Th ta="right">Count</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {upload.problems.map((problem) => (
              <Table.Tr key={`${problem.place} ${problem.code}`}>
                <Table.Td className="problem-place">{problem.place}</Table.Td>
                <Table.Td>{problem.reason}</Table.Td>
                <Table.Td ta="right" className="tabular">
                  {count(problem.count)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
      {shown < upload.problemCount && (
        <Text size="xs" c="dimmed" mt={6}>
          The first problems are listed, {count(upload.problemCount - shown)} more are not.
        </Text>
      )}
      {upload.source !== null && upload.error === null && (
        <Text size="sm" mt={8}>
          <GuideLink source={upload.source} />
        </Text>
      )}
    </div>
  );
}
