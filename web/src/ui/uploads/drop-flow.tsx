// Files dropped anywhere → a collection (this one, a chosen one, a new one) → on their way.
import { Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { IconCloudUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useCallback, useState } from "react";
import { collectionsQuery, createCollection } from "../../api/collections.ts";
import { sendFiles } from "../../api/transfers.ts";
import { proposedName } from "../../shape/words/collection-name.ts";
import { Offer } from "./drop-context.ts";

const DropChoice = lazy(() =>
  import("./drop-choice.tsx").then((file) => ({ default: file.DropChoice })),
);

export function DropFlow({ children }: { readonly children: ReactNode }) {
  const { collection } = useParams({ strict: false });
  const client = useQueryClient();
  const navigate = useNavigate();
  const [offered, setOffered] = useState<readonly File[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const start = useCallback(
    (id: string, files: readonly File[]) => {
      sendFiles(id, files, client);
      setOffered([]);
      void navigate({ to: "/c/$collection/uploads", params: { collection: id } });
    },
    [client, navigate],
  );

  const create = useCallback(
    async (name: string, files: readonly File[]) => {
      setBusy(true);
      setError(null);
      try {
        const made = await createCollection({ name });
        client.setQueryData(["collections", made.id], made);
        void client.invalidateQueries({ queryKey: ["collections"], exact: true });
        start(made.id, files);
      } catch (problem) {
        // The choice opens, or stays open, with the reason in it.
        setOffered(files);
        setError(problem);
      } finally {
        setBusy(false);
      }
    },
    [client, start],
  );

  const offer = useCallback(
    (files: readonly File[], into?: string) => {
      if (files.length === 0) return;
      const id = into ?? collection;
      const known = client.getQueryData(collectionsQuery.queryKey);
      setError(null);
      if (id !== undefined) start(id, files);
      // The very first file needs no question: its collection is named for it and can be renamed.
      else if (known?.length === 0) void create(proposedName(files), files);
      else setOffered(files);
    },
    [client, collection, create, start],
  );

  return (
    <Offer value={offer}>
      {children}
      <Dropzone.FullScreen active onDrop={offer} zIndex={300}>
        <Stack align="center" justify="center" gap={6} mih="calc(100dvh - 60px)" ta="center">
          <IconCloudUpload size={56} stroke={1.2} color="var(--accent-text)" aria-hidden />
          <Text size="xl" fw={640}>
            Drop to start reading
          </Text>
          <Text c="dimmed" size="sm">
            Several files at once are fine.
          </Text>
        </Stack>
      </Dropzone.FullScreen>
      {offered.length > 0 && (
        <Suspense>
          <DropChoice
            files={offered}
            busy={busy}
            error={error}
            onClose={() => setOffered([])}
            onChosen={(where) =>
              "id" in where ? start(where.id, offered) : void create(where.name, offered)
            }
          />
        </Suspense>
      )}
    </Offer>
  );
}
