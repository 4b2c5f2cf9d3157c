// The people of a collection: who wrote what, suggestions of who is one person, joining by choosing, the last changes.
import { Button, Group, Select, Skeleton, Text, TextInput } from "@mantine/core";
import { IconSearch, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { CollectionPeople } from "#services/contract/people.ts";
import { collectionQuery } from "../api/collections.ts";
import { peopleQuery } from "../api/people.ts";
import type { PeopleAddress } from "../shape/address/page-addresses.ts";
import { count, counted } from "../shape/words/numbers.ts";
import { listedPeople, type PeopleKind, type PeopleSort } from "../shape/words/people.ts";
import { useMayEdit } from "../ui/account/may.ts";
import { NoMessages } from "../ui/analysis/no-messages.tsx";
import { JoinDialog } from "../ui/collection-people/people-dialogs.tsx";
import { PeopleEdits } from "../ui/collection-people/people-edits.tsx";
import { PersonRow } from "../ui/collection-people/person-row.tsx";
import { SuggestionList } from "../ui/collection-people/suggestion-list.tsx";
import { EmptyState } from "../ui/parts/empty-state.tsx";
import { ErrorMessage } from "../ui/parts/error-message.tsx";
import { useListKeys } from "../ui/parts/list-keys.ts";
import { useTitle } from "../ui/parts/page-title.ts";
import "../ui/parts/rows.css";
import "./people.css";

/** So many are shown at first, and so many more at a time. */
const SOME = 100;

interface ListProps {
  readonly collection: string;
  readonly data: CollectionPeople;
  readonly address: PeopleAddress;
  readonly onAddress: (change: Partial<PeopleAddress>) => void;
}

const sorts: readonly { value: PeopleSort; label: string }[] = [
  { value: "messages", label: "Most messages" },
  { value: "name", label: "Name" },
  { value: "last", label: "Last message" },
];
const kinds: readonly { value: PeopleKind | ""; label: string }[] = [
  { value: "", label: "Everybody" },
  { value: "person", label: "People" },
  { value: "bot", label: "Bots" },
  { value: "assistant", label: "Assistants" },
  { value: "me", label: "Me" },
];

function Bar({ address, onAddress }: Pick<ListProps, "address" | "onAddress">) {
  return (
    <div className="people-bar">
      <TextInput
        aria-label="Find a person by a name"
        placeholder="Find a person"
        leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
        style={{ flex: "1 1 200px" }}
        value={address.q ?? ""}
        onChange={(event) => onAddress({ q: event.currentTarget.value || undefined })}
      />
      <Select
        aria-label="Kind"
        w={140}
        allowDeselect={false}
        data={[...kinds]}
        value={address.kind ?? ""}
        onChange={(value) => onAddress({ kind: (value || undefined) as PeopleKind | undefined })}
      />
      <Select
        aria-label="Order"
        w={160}
        allowDeselect={false}
        data={[...sorts]}
        value={address.sort ?? "messages"}
        onChange={(value) => onAddress({ sort: (value ?? undefined) as PeopleSort | undefined })}
      />
    </div>
  );
}

function PeopleList({ collection, data, address, onAddress }: ListProps) {
  const mayEdit = useMayEdit(collection);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isJoining, setJoining] = useState(false);
  const [most, setMost] = useState(SOME);
  const listed = listedPeople(data.people, address);
  // One that was joined meanwhile is not there any more.
  const picked = data.people.filter(({ shown }) => chosen.has(shown));
  const choose = (shown: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(shown);
    else next.delete(shown);
    setChosen(next);
  };
  const clear = () => {
    setChosen(new Set());
    setJoining(false);
  };
  return (
    <>
      <Bar address={address} onAddress={onAddress} />
      {listed.length === 0 && (
        <EmptyState
          icon={<IconUsers size={36} stroke={1.3} aria-hidden />}
          title="Nobody is called so"
          action={
            <Button
              variant="default"
              size="xs"
              onClick={() => onAddress({ q: undefined, kind: undefined })}
            >
              Show everybody
            </Button>
          }
        />
      )}
      {listed.length > 0 && (
        <ul
          className="card rows people-list"
          aria-label="People"
          data-may-edit={mayEdit || undefined}
        >
          {listed.slice(0, most).map((one) => (
            <PersonRow
              key={one.shown}
              collection={collection}
              of={one}
              mayEdit={mayEdit}
              isChosen={chosen.has(one.shown)}
              onChoose={(isChosen) => choose(one.shown, isChosen)}
            />
          ))}
        </ul>
      )}
      {listed.length > most && (
        <Group justify="center" mt={10}>
          <Button variant="default" size="xs" onClick={() => setMost(most + SOME)}>
            Show more of {counted(listed.length, "person", "people")}
          </Button>
        </Group>
      )}
      {picked.length > 0 && (
        <section className="card people-chosen" aria-label="Chosen people">
          <span>
            {picked.length === 1
              ? `${picked[0]?.shown} is chosen. Choose another one to join.`
              : `${count(picked.length)} people are chosen.`}
          </span>
          <Group gap="xs">
            <Button size="xs" variant="subtle" color="gray" onClick={clear}>
              Clear
            </Button>
            <Button size="xs" disabled={picked.length < 2} onClick={() => setJoining(true)}>
              Join…
            </Button>
          </Group>
        </section>
      )}
      {isJoining && picked.length > 1 && (
        <JoinDialog
          collection={collection}
          people={picked}
          onClose={() => setJoining(false)}
          onDone={clear}
        />
      )}
    </>
  );
}

export function PeoplePage() {
  const { collection } = useParams({ from: "/c/$collection/people" });
  const address = useSearch({ from: "/c/$collection/people" });
  const navigate = useNavigate({ from: "/c/$collection/people" });
  const { data, error, isPending, refetch } = useQuery(peopleQuery(collection));
  const { data: here } = useQuery(collectionQuery(collection));
  const mayEdit = useMayEdit(collection);
  useTitle("People");
  useListKeys();
  if (error && !data) return <ErrorMessage error={error} retry={() => void refetch()} />;
  if (data?.total === 0 && here?.messages === 0) return <NoMessages />;
  return (
    <div className="page">
      {isPending && <Skeleton h={320} radius="lg" aria-busy="true" />}
      {data && (
        <>
          <Text size="sm" c="dimmed" maw={620} mb={18}>
            Whoever writes under one name is one person here. Choose two or more to join them; “This
            is me” makes <code>from:me</code> find what you said.
          </Text>
          {mayEdit && data.suggestions.length > 0 && address.q === undefined && (
            <div className="people-suggestions">
              <SuggestionList collection={collection} suggestions={data.suggestions} />
            </div>
          )}
          <PeopleList
            collection={collection}
            data={data}
            address={address}
            onAddress={(change) =>
              void navigate({ search: (now) => ({ ...now, ...change }), replace: true })
            }
          />
          {data.total > data.people.length && (
            <Text size="sm" c="dimmed" mt={10}>
              The {count(data.people.length)} with most messages of {count(data.total)} are listed.
            </Text>
          )}
          <PeopleEdits collection={collection} edits={data.edits} mayEdit={mayEdit} />
        </>
      )}
    </div>
  );
}
