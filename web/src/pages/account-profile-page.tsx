// The profile: picture, name, language, time zone, colour scheme, default collection, how to search; what one is told; one's data as a file; the deletion of the account.
import {
  Button,
  Group,
  Input,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Account, colorSchemes } from "#services/contract/accounts.ts";
import type { Collection } from "#services/contract/collections.ts";
import { searchMode } from "#services/contract/search.ts";
import { accountQuery, patchAccount } from "../api/account.ts";
import { collectionsQuery } from "../api/collections.ts";
import { accountExportUrl } from "../api/own-data.ts";
import { Deletion } from "../ui/account/deletion.tsx";
import { asBrowser, isForm, LanguageSelect } from "../ui/account/language-select.tsx";
import { NoticeChoices } from "../ui/account/notice-choices.tsx";
import { SearchCounting } from "../ui/account/search-counting.tsx";
import { timeZonesWith } from "../ui/account/time-zones.ts";
import { useAccount } from "../ui/account/use-session.ts";
import { nameError } from "../ui/door/person-errors.ts";
import { ActionError } from "../ui/parts/action-error.tsx";
import { useDownload } from "../ui/parts/download.ts";
import { FormError } from "../ui/parts/form-error.tsx";
import { useTitle } from "../ui/parts/page-title.ts";
import { Section } from "../ui/parts/section.tsx";
import { useSending } from "../ui/parts/use-sending.ts";
import { OwnPicture } from "../ui/people/own-picture.tsx";

type User = NonNullable<Account["user"]>;

const schemeLabels = { auto: "As the system", light: "Light", dark: "Dark" } as const;
const modeLabels = { hybrid: "Both", semantic: "By meaning", lexical: "By words" } as const;
/** The values of fields in which nothing is chosen. */
const own = "own";

/** The collections, and the chosen one where it is not among them any more. */
const collectionChoices = (collections: readonly Collection[], chosen: string | null) => [
  ...collections.map(({ id, name }) => ({ value: id, label: name })),
  ...(chosen === null || collections.some(({ id }) => id === chosen)
    ? []
    : [{ value: chosen, label: "A collection that you cannot open any more" }]),
];

function Profile({ user }: { readonly user: User }) {
  const client = useQueryClient();
  const { timeZone, language, colorScheme, collection, searchMode: mode } = user.preferences;
  const { data: collections = [] } = useQuery(collectionsQuery);
  const form = useForm({
    initialValues: {
      name: user.name,
      language: language ?? asBrowser,
      timeZone: timeZone ?? own,
      colorScheme,
      collection: collection ?? own,
      searchMode: mode ?? own,
    },
    validate: { name: nameError },
  });
  const { onSubmit, isPending, isDone, error } = useSending(form, {
    send: (values) =>
      patchAccount({
        name: values.name.trim(),
        preferences: {
          language: isForm(values.language) ? values.language : null,
          timeZone: values.timeZone === own ? null : values.timeZone,
          colorScheme: values.colorScheme,
          collection: values.collection === own ? null : values.collection,
          searchMode: searchMode.safeParse(values.searchMode).data ?? null,
        },
      }),
    onDone: (saved) => {
      client.setQueryData(accountQuery.queryKey, saved);
      form.resetDirty();
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={480}>
        <TextInput
          label="Name"
          autoComplete="name"
          maxLength={100}
          {...form.getInputProps("name")}
        />
        <TextInput
          label="E-mail"
          description="You sign in with it. It cannot be changed here."
          value={user.email}
          readOnly
        />
        <LanguageSelect {...form.getInputProps("language")} />
        <Select
          label="Time zone"
          description="In which times are shown to you."
          searchable
          allowDeselect={false}
          comboboxProps={{ keepMounted: false }}
          data={[
            { value: own, label: "That of the browser" },
            ...timeZonesWith(timeZone ?? "UTC").map((zone) => ({ value: zone, label: zone })),
          ]}
          {...form.getInputProps("timeZone")}
        />
        <Input.Wrapper
          label="Colour scheme"
          labelElement="div"
          labelProps={{ id: "colour-scheme" }}
        >
          <div>
            <SegmentedControl
              aria-labelledby="colour-scheme"
              data={colorSchemes.map((value) => ({ value, label: schemeLabels[value] }))}
              {...form.getInputProps("colorScheme")}
            />
          </div>
        </Input.Wrapper>
        <Select
          label="Default collection"
          description="Where Parlance opens."
          searchable
          allowDeselect={false}
          comboboxProps={{ keepMounted: false }}
          data={[
            { value: own, label: "None: the list of collections" },
            ...collectionChoices(collections, collection),
          ]}
          {...form.getInputProps("collection")}
        />
        <Select
          label="How to search"
          description="Where a search does not say it."
          allowDeselect={false}
          data={[
            { value: own, label: "As the collection proposes" },
            ...searchMode.options.map((value) => ({ value, label: modeLabels[value] })),
          ]}
          {...form.getInputProps("searchMode")}
        />
        <FormError error={error} />
        <Group>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            Save
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isDone && !form.isDirty() && "Saved."}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function YourData() {
  const download = useDownload(accountExportUrl);
  return (
    <Section
      title="Your data"
      about="What is kept about you, your picture and your shared links too, as a JSON file. Conversations are not in it."
    >
      <Button component="a" variant="default" {...download.props}>
        Download
      </Button>
      <ActionError error={download.error} />
    </Section>
  );
}

export function AccountProfilePage() {
  useTitle("Account");
  const user = useAccount()?.user;
  if (!user) return null;
  return (
    <Stack gap={44}>
      <Section title="Profile">
        <OwnPicture user={user} />
        <Profile key={user.id} user={user} />
      </Section>
      <NoticeChoices user={user} />
      <SearchCounting user={user} />
      <YourData />
      <Deletion />
    </Stack>
  );
}
