// Takes files dropped on any page, finds their collection (the open one, a chosen one, a new one) and sends them.
import { Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { IconCloudUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { collectionsQuery, createCollection } from "../../api/collections.ts";
import { fetchCode } from "../../api/lazy-code.ts";
import { sendFiles } from "../../api/transfers.ts";
import { proposedName } from "../../shape/words/collection-name.ts";
import { useMayEdit, useMayImport } from "../account/may.ts";
import { lazyPart } from "../parts/lazy-part.tsx";
import { DropFiles } from "./drop-context.ts";
import { useInspectFirst } from "./inspect-first.tsx";
import { type MadeCollection, NewCollection } from "./new-collection.tsx";

const loadDropChoice = () => import("./drop-choice.tsx").then((file) => file.DropChoice);
const DropChoice = lazyPart(loadDropChoice, { missing: "nothing" });

/** For the mouse alone: it is not to be seen before files are dragged. Every page has other ways to import. */
function DropAnywhere({ onDrop }: { readonly onDrop: (files: readonly File[]) => void }) {
  return (
    <Dropzone.FullScreen active onDrop={onDrop} zIndex={300} activateOnKeyboard={false} aria-hidden>
      <Stack align="center" justify="center" gap={6} mih="calc(100dvh - 60px)" ta="center">
        <IconCloudUpload size={56} stroke={1.2} color="var(--accent-text)" aria-hidden />
        <Text size="xl" fw={640}>
          Drop to import
        </Text>
        <Text c="dimmed" size="sm">
          You can drop several files at once.
        </Text>
      </Stack>
    </Dropzone.FullScreen>
  );
}

export function DropFlow({ children }: { readonly children: ReactNode }) {
  const { collection } = useParams({ strict: false });
  const mayImport = useMayImport();
  const mayImportHere = useMayEdit(collection);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [inspect] = useInspectFirst();
  const [waiting, setWaiting] = useState<readonly File[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<readonly MadeCollection[]>([]);
  const forget = useCallback(
    (id: string) => setMade((known) => known.filter((one) => one.id !== id)),
    [],
  );

  useEffect(() => {
    // Before it is needed: it also says that the server does not answer. Where this fails, it is noted for its first use.
    fetchCode(loadDropChoice).catch(() => undefined);
  }, []);

  const start = useCallback(
    (id: string, files: readonly File[]) => {
      sendFiles(id, files, { client, inspect });
      setWaiting([]);
      void navigate({ to: "/c/$collection/uploads", params: { collection: id } });
    },
    [client, navigate, inspect],
  );

  const create = useCallback(
    async (wanted: { readonly name: string; readonly model?: string }, files: readonly File[]) => {
      const { name } = wanted;
      setBusy(true);
      setError(null);
      try {
        const created = await createCollection({ ...wanted, forFiles: true });
        client.setQueryData(["collections", created.id], created);
        void client.invalidateQueries({ queryKey: ["collections"], exact: true });
        start(created.id, files);
        setMade((known) => [...known, { id: created.id, name, files: files.length }]);
      } catch (problem) {
        // The dialog opens, or stays open, and shows the error.
        setWaiting(files);
        setError(problem);
      } finally {
        setBusy(false);
      }
    },
    [client, start],
  );

  const dropped = useCallback(
    async (files: readonly File[], into?: string) => {
      if (files.length === 0) return;
      const id = into ?? (mayImportHere ? collection : undefined);
      setError(null);
      if (id !== undefined) return start(id, files);
      // Files may be dropped before the page knows its collections. Where they cannot be read, the dialog says so.
      const known = await client.ensureQueryData(collectionsQuery).catch(() => undefined);
      // The first file makes a collection without asking: it is named after the file and can be renamed.
      if (known?.length === 0) void create({ name: proposedName(files) }, files);
      else setWaiting(files);
    },
    [client, collection, create, mayImportHere, start],
  );

  return (
    <DropFiles value={dropped}>
      {children}
      {mayImport && <DropAnywhere onDrop={dropped} />}
      {waiting.length > 0 && (
        <DropChoice
          files={waiting}
          busy={busy}
          error={error}
          onClose={() => setWaiting([])}
          onChosen={(where) =>
            "id" in where ? start(where.id, waiting) : void create(where, waiting)
          }
        />
      )}
      {made.map((one) => (
        <NewCollection key={one.id} made={one} onEnd={forget} />
      ))}
    </DropFiles>
  );
}
