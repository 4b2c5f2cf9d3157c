// People of a collection over HTTP: the list with suggestions, changes by hand and their undoing, and who is "me".
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { requireRight } from "#services/accounts/accounts.ts";
import {
  collectionPeople,
  ownPerson,
  type PeopleEdit,
  peopleEdit,
  savedPeopleEdit,
  savedPeopleEdits,
  suggestionPairs,
} from "#services/contract/people.ts";
import { rejected } from "#services/domain/errors.ts";
import { type CollectionId, readPeopleEditId } from "#services/domain/ids.ts";
import { keysOf, openPeople, type SaidOfName } from "#services/domain/people.ts";
import {
  type EditedPeople,
  joined,
  marked,
  type Outcome,
  renamed,
  split,
} from "#services/domain/people-edits.ts";
import {
  dismissPairs,
  editPeople,
  ownNames,
  sayOwn,
  undoPeopleEdit,
  whoIsMe,
  writtenBy,
  writtenNames,
} from "#services/store/store.ts";
import { readPeople, viewPeople, viewPeopleEdit } from "#services/views/views.ts";
import {
  type ApiApp,
  type ApiParts,
  answers,
  collectionOfPath,
  jsonBody,
  type ScopedParts,
  unknown,
} from "../api-app.ts";

const params = z.object({ id: z.string() });
const tags = ["People"];

const outcomeOf = (edit: PeopleEdit, edited: EditedPeople): Outcome => {
  switch (edit.kind) {
    case "join":
      return joined(edited, edit.people, edit.shown);
    case "split":
      return split(edited, edit.person, edit.names);
    case "rename":
      return renamed(edited, edit.person, edit.shown);
    case "bot":
      return marked(edited, edit.person, edit.bot);
    default:
      return edit satisfies never;
  }
};

/** Groups of people that pairs of them join. */
const groupsOf = (pairs: readonly (readonly [string, string])[]): Set<string>[] => {
  const groups = new Map<string, Set<string>>();
  for (const pair of pairs) {
    const all = new Set(pair.flatMap((one) => [...(groups.get(one) ?? [one])]));
    for (const one of all) groups.set(one, all);
  }
  return [...new Set(groups.values())];
};

export const peopleRoutes = (app: ApiApp, parts: ApiParts): void => {
  const saved = async (
    { parlance: { store } }: ScopedParts,
    collection: CollectionId,
    edit: PeopleEdit,
    names?: EditedPeople["written"],
  ) => {
    const written = names ?? writtenNames(await writtenBy(store.rows, collection));
    const decide = (said: readonly SaidOfName[]) =>
      outcomeOf(edit, { people: openPeople(said, []), said, written });
    return viewPeopleEdit(await editPeople(store, collection, { kind: edit.kind, decide }));
  };

  app.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/collections/{id}/people",
      summary: "Who wrote the messages of a collection",
      description:
        "Whoever writes under one name in several sources is one person until the name is split; names are joined by hand or as suggested. Names of other collections are not told.",
      tags,
      request: { params },
      responses: answers(200, collectionPeople, "People, suggestions and the last changes"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await viewPeople(scoped.parlance, row.id), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/people/edits",
      summary: "Change people by hand: join, split, rename, mark bots",
      description:
        "It is seen at once, by searches, figures, topics and counts too. New imports keep to it.",
      tags,
      request: { params, body: jsonBody(peopleEdit) },
      responses: answers(201, savedPeopleEdit, "What was changed"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      return c.json(await saved(scoped, row.id, c.req.valid("json")), 201);
    },
  );

  app.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/collections/{id}/people/edits/{edit}",
      summary: "Undo a change of people",
      tags,
      request: { params: params.extend({ edit: z.string() }) },
      responses: answers(200, savedPeopleEdit, "It counts no more"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { id, edit: text } = c.req.valid("param");
      const row = await collectionOfPath(scoped, id);
      const edit = readPeopleEditId(text);
      if (!edit) throw unknown("edit");
      return c.json(viewPeopleEdit(await undoPeopleEdit(scoped.parlance.store, row.id, edit)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/collections/{id}/people/me",
      summary: "Say who one is oneself",
      description:
        "For `from:me` and the author `me` of selections, of whoever asks only. Whoever asks assistants in an export is taken for whoever brought it until they say otherwise.",
      tags,
      request: { params, body: jsonBody(ownPerson) },
      responses: { 204: { description: "It is kept" } },
    }),
    async (c) => {
      const scoped = parts.within(c);
      const { store, scope } = scoped.parlance;
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { person, me } = c.req.valid("json");
      const user = whoIsMe(scope.caller);
      if (user === undefined || scope.caller.kind === "look")
        throw rejected("Only somebody who is signed in can say who they are.", {
          code: "nobody",
          status: 403,
        });
      // Every reader may say so; a key that is only to read writes nothing.
      if (scope.caller.kind === "key") requireRight(scope, "write");
      const people = await readPeople(store.rows, row.id);
      const written = await writtenBy(store.rows, row.id);
      if (!written.some(({ source, name }) => people.shownAs(source, name) === person))
        throw unknown("person", "GET /collections/{id}/people lists them.");
      // Also of names that were theirs in one source before, as after a split that was undone.
      const before = (await ownNames(store.rows, row.id, user)).filter(
        ({ source, name }) => people.shownAs(source, name) === person,
      );
      const names = keysOf(people.namesOf(person)).map((one) => ({ ...one, mine: me }));
      await sayOwn(store, { collection: row.id, user }, names, before);
      return c.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/people/suggestions/accept",
      summary: "Join people as suggested",
      description: "Pairs of names with one in common become one person. Each join can be undone.",
      tags,
      request: { params, body: jsonBody(suggestionPairs) },
      responses: answers(201, savedPeopleEdits, "What was changed"),
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      const { suggestions, people } = await viewPeople(scoped.parlance, row.id);
      const wanted = new Set(c.req.valid("json").pairs.map((pair) => JSON.stringify(pair)));
      const accepted = suggestions.filter(({ names }) => wanted.has(JSON.stringify(names)));
      if (accepted.length < wanted.size)
        throw rejected("A pair of names is not suggested (any more).", {
          code: "unknown-suggestion",
          status: 404,
          hint: "Read the list again: they may be joined already.",
        });
      const written = writtenNames(await writtenBy(scoped.parlance.store.rows, row.id));
      const edits = [];
      for (const group of groupsOf(accepted.map((one) => one.people))) {
        const all = people.map(({ shown }) => shown).filter((shown) => group.has(shown));
        edits.push(await saved(scoped, row.id, { kind: "join", people: all }, written));
      }
      return c.json({ edits }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/collections/{id}/people/suggestions/dismiss",
      summary: "Say that two names are not one person",
      description: "They are not suggested again, to nobody.",
      tags,
      request: { params, body: jsonBody(suggestionPairs) },
      responses: { 204: { description: "They are not suggested again" } },
    }),
    async (c) => {
      const scoped = parts.within(c);
      const row = await collectionOfPath(scoped, c.req.valid("param").id);
      await dismissPairs(scoped.parlance.store, row.id, c.req.valid("json").pairs);
      return c.body(null, 204);
    },
  );
};
