// Files dropped anywhere → a collection (this one, a chosen one, a new one) → on their way.
import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import "@mantine/dropzone/styles.css";
import { IconCloudUpload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useCallback, useState } from "react";
import { collectionsQuery, createCollection } from "../api/collections.ts";
import { sendFiles } from "../api/transfers.ts";
import { proposedName } from "../shape/collection-name.ts";
import { counted } from "../shape/numbers.ts";
import { Offer } from "./offer.ts";
import { tellError } from "./refusal.tsx";

interface ChoiceProps {
  readonly files: readonly File[];
  readonly onChosen: (where: { readonly id: string } | { readonly name: string }) => void;
  readonly onClose: () => void;
  readonly busy: boolean;
  readonly error: unknown;
}

function Choice({ files, onChosen, onClose, busy, error }: ChoiceProps) {
  const { data: collections = [] } = useQuery(collectionsQuery);
  const [kind, setKind] = useState<"new" | "known">(collections.length > 0 ? "known" : "new");
  const [name, setName] = useState(() => proposedName(files));
  const [id, setId] = useState<string | null>(collections[0]?.id ?? null);
  const ready = kind === "new" ? name.trim() !== "" : id !== null;
  const choose = () => {
    if (kind === "new") onChosen({ name: name.trim() });
    else if (id !== null) onChosen({ id });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Where should ${files.length === 1 ? `“${files[0]?.name ?? ""}”` : counted(files.length, "file")} go?`}
      centered
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) choose();
        }}
      >
        <Stack>
          {collections.length > 0 && (
            <SegmentedControl
              aria-label="Existing or new collection"
              value={kind}
              onChange={setKind}
              data={[
                { value: "known", label: "A collection I have" },
                { value: "new", label: "A new one" },
              ]}
            />
          )}
          {kind === "known" ? (
            <Select
              label="Collection"
              value={id}
              onChange={setId}
              allowDeselect={false}
              searchable={collections.length > 8}
              data={collections.map((one) => ({ value: one.id, label: one.name }))}
            />
          ) : (
            <TextInput
              label="Name of the new collection"
              value={name}
              maxLength={120}
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          {error !== null && (
            <Text role="alert" size="sm" c="var(--accent-text)">
              {tellError(error).detail} {tellError(error).hint}
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="subtle" color="gray" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!ready} loading={busy}>
              Start reading
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

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
        <Choice
          files={offered}
          busy={busy}
          error={error}
          onClose={() => setOffered([])}
          onChosen={(where) =>
            "id" in where ? start(where.id, offered) : void create(where.name, offered)
          }
        />
      )}
    </Offer>
  );
}
