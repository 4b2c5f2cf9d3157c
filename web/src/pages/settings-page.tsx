// The settings of a collection: name, description, time zone of logs, whether imports are confirmed; its details; its deletion.
import {
  Button,
  Group,
  Select,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type {
  Collection,
  ConfirmImports,
  KeepAttachments,
} from "#services/contract/collections.ts";
import { size } from "#services/domain/size.ts";
import { collectionQuery, deleteCollection, patchCollection } from "../api/collections.ts";
import { percent } from "../shape/figures/effects.ts";
import { count } from "../shape/words/numbers.ts";
import { languageLabel } from "../shape/words/sources.ts";
import { date } from "../shape/words/times.ts";
import { timeZonesWith } from "../ui/account/time-zones.ts";
import { CleaningSection } from "../ui/cleaning/cleaning-section.tsx";
import { TryModelSection } from "../ui/models/try-model.tsx";
import { AccessSection } from "../ui/organization/access-section.tsx";
import { ActionError } from "../ui/parts/action-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { SharesSection } from "../ui/share/shares-section.tsx";

/** The choice to leave it to the server. */
const SERVER = "server";

function Form({ collection }: { readonly collection: Collection }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: {
      name: collection.name,
      description: collection.description,
      zone: collection.zone,
      confirmImports: (collection.confirmImports ?? SERVER) as ConfirmImports | typeof SERVER,
      keepAttachments: (collection.keepAttachments ?? SERVER) as KeepAttachments | typeof SERVER,
    },
    validate: { name: (name) => (name.trim() === "" ? "A collection needs a name." : null) },
  });
  const save = useMutation({
    mutationFn: ({ confirmImports, keepAttachments, ...values }: typeof form.values) =>
      patchCollection(collection.id, {
        ...values,
        confirmImports: confirmImports === SERVER ? null : confirmImports,
        keepAttachments: keepAttachments === SERVER ? null : keepAttachments,
      }),
    onSuccess: (saved) => {
      client.setQueryData(["collections", saved.id], saved);
      void client.invalidateQueries({ queryKey: ["collections"], exact: true });
      form.resetDirty();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="md">
        <TextInput label="Name" maxLength={120} {...form.getInputProps("name")} />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxLength={2000}
          {...form.getInputProps("description")}
        />
        <Select
          label="Time zone of logs"
          description="Assumed for logs with local times and no time zone, such as IRC. It applies to files that are imported from now on."
          searchable
          allowDeselect={false}
          // More than 400 options: they are mounted when the list opens.
          comboboxProps={{ keepMounted: false }}
          data={timeZonesWith(collection.zone)}
          {...form.getInputProps("zone")}
        />
        <Select
          label="Before a file is imported"
          description="Whoever imports can always ask to see what is in a file first."
          allowDeselect={false}
          data={[
            { value: SERVER, label: "As the server’s setting says" },
            { value: "never", label: "Import at once" },
            { value: "always", label: "Show what is in it, and wait until somebody confirms" },
          ]}
          {...form.getInputProps("confirmImports")}
        />
        <Select
          label="Files of messages"
          description="Pictures, recordings and documents that an export contains. It applies to files that are imported from now on."
          allowDeselect={false}
          data={[
            { value: SERVER, label: "As the server’s setting says" },
            { value: "always", label: "Keep them, and search the text of documents" },
            { value: "never", label: "Keep only their names" },
          ]}
          {...form.getInputProps("keepAttachments")}
        />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            Save
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {save.isSuccess && !form.isDirty() && "Saved."}
          </Text>
        </Group>
        <ActionError error={save.error} />
      </Stack>
    </form>
  );
}

function Details({ collection }: { readonly collection: Collection }) {
  const details: readonly (readonly [string, string])[] = [
    ["Created", date(collection.createdAt)],
    ["Embedding model", collection.model],
    ["Indexed passages (of messages and of exchanges)", count(collection.indexed)],
    ["Size of the index, all versions", size(collection.indexBytes)],
    [
      "Languages",
      collection.languages
        .filter((one) => one.share >= 0.005)
        .slice(0, 4)
        .map((one) => `${languageLabel(one.language)} ${percent(one.share)}`)
        .join(", ") || "unknown",
    ],
  ];
  return (
    <dl style={{ margin: 0 }}>
      {details.map(([name, value]) => (
        <div className="home-format" key={name}>
          <Text component="dt" size="sm">
            {name}
          </Text>
          <Text component="dd" size="sm" c="dimmed" className="tabular">
            {value}
          </Text>
        </div>
      ))}
    </dl>
  );
}

function Deletion({ collection }: { readonly collection: Collection }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const remove = useMutation({
    mutationFn: () => deleteCollection(collection.id),
    onSuccess: async () => {
      await navigate({ to: "/" });
      client.removeQueries({ queryKey: ["collections", collection.id] });
      void client.invalidateQueries({ queryKey: ["collections"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === collection.name) remove.mutate();
      }}
    >
      <Text size="sm" c="dimmed" mb={12}>
        This erases the original files, all messages, the index and all versions. It cannot be
        undone.
      </Text>
      <Group align="flex-end">
        <TextInput
          flex="1 1 240px"
          label={`Type “${collection.name}” to confirm`}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button
          type="submit"
          color="red.9"
          loading={remove.isPending}
          disabled={typed.trim() !== collection.name}
        >
          Delete permanently
        </Button>
      </Group>
      <ActionError error={remove.error} />
    </form>
  );
}

export function SettingsPage() {
  const { collection: id } = useParams({ from: "/c/$collection/settings" });
  const { data } = useQuery(collectionQuery(id));
  useTitle("Settings");
  if (!data)
    return (
      <div className="page" style={{ maxWidth: 720 }} aria-busy="true">
        {[62, 96, 82].map((height) => (
          <Skeleton key={height} h={height} mb={16} />
        ))}
      </div>
    );
  const mayManage = data.level === "manage";
  return (
    <div className="page" style={{ maxWidth: 720 }}>
      <Stack gap={44}>
        {mayManage ? (
          <Form key={data.id} collection={data} />
        ) : (
          <Text size="sm">Whoever manages this collection changes its settings.</Text>
        )}
        {mayManage && <CleaningSection key={`${data.id} cleaning`} collection={data.id} />}
        {mayManage && <AccessSection collection={data.id} />}
        {mayManage && <SharesSection collection={data.id} />}
        <section>
          <Title order={2} mb={8}>
            Details
          </Title>
          <Details collection={data} />
        </section>
        {data.level !== "read" && <TryModelSection key={`${data.id} model`} collection={data} />}
        {mayManage && (
          <section>
            <Title order={2} mb={8}>
              Delete this collection
            </Title>
            <Deletion collection={data} />
          </section>
        )}
      </Stack>
    </div>
  );
}
