// A file that this browser sends: how much has been sent, or the error.
import { Button, Group, Progress, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { ParlanceError } from "#services/domain/errors.ts";
import { size } from "#services/domain/size.ts";
import { dropTransfer, resendTransfer, type Transfer } from "../../api/transfers.ts";
import { fraction, share } from "../../shape/words/numbers.ts";
import { describeError } from "../parts/error-message.tsx";
import "./upload-card.css";

export function TransferCard({ transfer }: { readonly transfer: Transfer }) {
  const client = useQueryClient();
  const { file, key } = transfer;
  const sent = transfer.kind === "sending" ? transfer.sent : 0;
  const errorText = transfer.kind === "failed" ? describeError(transfer.error) : undefined;
  // What this browser saw in the file itself is the same at a second try.
  const isRefusedHere = transfer.kind === "failed" && transfer.error instanceof ParlanceError;
  return (
    <article className="card upload" aria-label={file.name}>
      <div className="upload-head">
        <div className="upload-name">
          <Text fw={580} className="clip">
            {file.name}
          </Text>
          <Text size="xs" c="dimmed" className="tabular">
            {transfer.kind === "waiting" && `${size(file.size)} · queued`}
            {transfer.kind === "sending" && `Sending · ${size(sent)} of ${size(file.size)}`}
            {transfer.kind === "failed" && `${size(file.size)} · not sent`}
          </Text>
        </div>
        <Group gap={4}>
          {errorText && !isRefusedHere && (
            <Button size="compact-sm" variant="light" onClick={() => resendTransfer(key, client)}>
              Send again
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => dropTransfer(key)}>
            {errorText ? "Dismiss" : "Cancel"}
          </Button>
        </Group>
      </div>
      {errorText ? (
        <div className="upload-error" role="alert">
          <Text size="sm" fw={560}>
            {errorText.detail}
          </Text>
          {errorText.hint && (
            <Text size="sm" c="dimmed">
              {errorText.hint}
            </Text>
          )}
        </div>
      ) : (
        <Progress
          mt={12}
          size={6}
          value={fraction(sent, file.size) * 100}
          aria-label={`${file.name}: ${share(sent, file.size)} sent`}
        />
      )}
    </article>
  );
}
