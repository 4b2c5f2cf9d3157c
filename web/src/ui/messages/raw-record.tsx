// A dialog with the original record of a message from the export.
import { Loader, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { rawQuery } from "../../api/conversations.ts";
import { readableRecord } from "../../shape/texts/raw-record.ts";
import { ErrorMessage } from "../parts/error-message.tsx";

export interface RawRecordProps {
  readonly message: string;
  readonly onClose: () => void;
}

export function RawRecord({ message, onClose }: RawRecordProps) {
  const { data, error } = useQuery(rawQuery(message));
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title="Original record from the export"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error && <ErrorMessage error={error} />}
      {!data && !error && <Loader size="sm" />}
      {data && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <pre className="raw" tabIndex={0}>
          {readableRecord(data.raw)}
        </pre>
      )}
    </Modal>
  );
}
