// An upload whose file has not come whole yet: sent from elsewhere, or from this page before it was loaded anew.
import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Upload } from "#services/contract/uploads.ts";
import { size } from "#services/domain/size.ts";
import { deleteUpload } from "../../api/uploads.ts";
import { ago } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { useNow } from "../parts/now.ts";
import "./upload-card.css";

export function ReceivingCard({
  upload,
  mayEdit,
}: {
  readonly upload: Upload;
  /** Whether it may be deleted. */
  readonly mayEdit: boolean;
}) {
  const now = useNow();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteUpload(upload.id),
    onSettled: () => client.invalidateQueries({ queryKey: ["uploads", upload.collection] }),
  });
  return (
    <article className="card upload" aria-label={upload.filename}>
      <div className="upload-head">
        <div className="upload-name">
          <Text fw={580} className="clip" title={upload.filename}>
            {upload.filename}
          </Text>
          <Text size="xs" c="dimmed">
            {upload.bytes > 0 && `${size(upload.bytes)} · `}
            {ago(upload.createdAt, now)} · not all of it has come
          </Text>
        </div>
        {mayEdit && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
        )}
      </div>
      <Text size="sm" c="dimmed" mt={8}>
        If sending it stopped: choose a file of more than 16 MB again in the same browser, or give
        the same command again, and it goes on where it stopped, for a day. Smaller files have to be
        sent anew.
      </Text>
      <ActionError error={remove.error} />
    </article>
  );
}
