// One person of a collection: their names, how much they wrote and when, and a menu of what can be done.
import { ActionIcon, Badge, Checkbox, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { PeopleEdit, Person } from "#services/contract/people.ts";
import { editPeople, sayMe } from "../../api/people.ts";
import { count } from "../../shape/words/numbers.ts";
import { kindText, namesText } from "../../shape/words/people.ts";
import { date, spanOfTime } from "../../shape/words/times.ts";
import { ActionError } from "../parts/action-error.tsx";
import { RenameDialog, SplitDialog } from "./people-dialogs.tsx";
import { useRefreshPeople } from "./refresh-people.ts";

export interface PersonRowProps {
  readonly collection: string;
  readonly of: Person;
  readonly mayEdit: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

const spanText = ({ firstAt, lastAt }: Person): string => {
  if (firstAt === null || lastAt === null) return "undated";
  return date(firstAt) === date(lastAt) ? date(firstAt) : spanOfTime(firstAt, lastAt);
};

/** A name by itself that is the one shown is said already, its source is not. */
function Names({ of }: { readonly of: Person }) {
  return <span className="row-sub">{namesText(of)}</span>;
}

interface ActsProps extends Pick<PersonRowProps, "collection" | "of" | "mayEdit"> {
  readonly onError: (error: unknown) => void;
}

function Acts({ collection, of, mayEdit, onError }: ActsProps) {
  const refresh = useRefreshPeople();
  const [dialog, setDialog] = useState<"rename" | "split">();
  const settled = { onError, onSuccess: () => refresh(), onMutate: () => onError(null) };
  const edit = useMutation({
    mutationFn: (body: PeopleEdit) => editPeople(collection, body),
    ...settled,
  });
  const me = useMutation({
    mutationFn: (isMe: boolean) => sayMe(collection, of.shown, isMe),
    ...settled,
  });
  const close = () => setDialog(undefined);
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            loading={edit.isPending || me.isPending}
            aria-label={`What to do about ${of.shown}`}
          >
            <IconDots size={17} stroke={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => me.mutate(!of.me)}>
            {of.me ? "This is not me" : "This is me"}
          </Menu.Item>
          {mayEdit && (
            <>
              <Menu.Item onClick={() => setDialog("rename")}>Rename…</Menu.Item>
              {of.names.length > 1 && (
                <Menu.Item onClick={() => setDialog("split")}>Split names off…</Menu.Item>
              )}
              <Menu.Item
                onClick={() =>
                  edit.mutate({ kind: "bot", person: of.shown, bot: of.kind !== "bot" })
                }
              >
                {of.kind === "bot" ? "This is no bot" : "This is a bot"}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "rename" && <RenameDialog collection={collection} person={of} onClose={close} />}
      {dialog === "split" && <SplitDialog collection={collection} person={of} onClose={close} />}
    </>
  );
}

export function PersonRow({ collection, of, mayEdit, isChosen, onChoose }: PersonRowProps) {
  const [error, setError] = useState<unknown>(null);
  const kind = kindText(of);
  return (
    <li className="person-row" data-chosen={isChosen || undefined}>
      {mayEdit && (
        <Checkbox
          size="sm"
          aria-label={`Choose ${of.shown}`}
          checked={isChosen}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      )}
      <div className="row-main">
        <span className="row-title">
          <Link
            to="/c/$collection/search"
            params={{ collection }}
            search={{ author: [of.shown], sort: "newest" }}
            className="plain-link person-name"
            data-hit
          >
            {of.shown}
          </Link>
          {of.me && (
            <Badge size="sm" variant="light" tt="none" c="var(--mantine-color-text)">
              You
            </Badge>
          )}
          {kind !== "" && (
            <Badge size="sm" variant="light" color="gray" tt="none" c="var(--mantine-color-text)">
              {kind}
            </Badge>
          )}
        </span>
        <Names of={of} />
        <ActionError error={error} />
      </div>
      <span className="person-number tabular">
        {count(of.messages)}{" "}
        <span className="dim">{of.messages === 1 ? "message" : "messages"}</span>
      </span>
      <span className="person-span dim tabular">{spanText(of)}</span>
      <Acts collection={collection} of={of} mayEdit={mayEdit} onError={setError} />
    </li>
  );
}
