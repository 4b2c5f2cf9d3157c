// Requests for the people of a collection, and for changes of them.
import { queryOptions } from "@tanstack/react-query";
import {
  collectionPeople,
  type PeopleEdit,
  savedPeopleEdit,
  savedPeopleEdits,
} from "#services/contract/people.ts";
import { collectionAt } from "./analysis.ts";
import { ask, tell } from "./request.ts";

const at = (collection: string) => `${collectionAt(collection)}/people`;

export const peopleQuery = (collection: string) =>
  queryOptions({
    queryKey: ["people-of", collection],
    queryFn: ({ signal }) => ask(collectionPeople, at(collection), { signal }),
  });

export const editPeople = (collection: string, body: PeopleEdit) =>
  ask(savedPeopleEdit, `${at(collection)}/edits`, { method: "POST", body });

export const undoPeopleEdit = (collection: string, edit: string) =>
  ask(savedPeopleEdit, `${at(collection)}/edits/${encodeURIComponent(edit)}`, { method: "DELETE" });

export const sayMe = (collection: string, person: string, me: boolean) =>
  tell(`${at(collection)}/me`, { method: "PUT", body: { person, me } });

type Pairs = [string, string][];

export const acceptSuggestions = (collection: string, pairs: Pairs) =>
  ask(savedPeopleEdits, `${at(collection)}/suggestions/accept`, {
    method: "POST",
    body: { pairs },
  });

export const dismissSuggestions = (collection: string, pairs: Pairs) =>
  tell(`${at(collection)}/suggestions/dismiss`, { method: "POST", body: { pairs } });
