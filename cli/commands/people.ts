// `parlance people`: who wrote the messages of a collection; joins, splits, renames and marks them, and says who one is oneself.
import { defineCommand } from "citty";
import {
  type CollectionPeople,
  collectionPeople,
  type JoinSuggestion,
  type PeopleEdit,
  type Person,
  type SavedPeopleEdit,
  savedPeopleEdit,
  savedPeopleEdits,
} from "#services/contract/people.ts";
import { sourceKinds } from "#services/domain/conversation.ts";
import { rejected } from "#services/domain/errors.ts";
import { foldedName } from "#services/domain/folded-name.ts";
import { sourceLabel } from "#services/domain/labels.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import type { confidences } from "#services/domain/people-suggestions.ts";
import { ask, tell } from "../client/client.ts";
import { count, json, line, paint, printable, table, when } from "../client/output.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";

const peopleOf = ({ client, path }: InCollection): Promise<CollectionPeople> =>
  ask(client, collectionPeople, { path: `${path}/people` });

/** By the name that is shown, else by any of the names that only one person has. */
const personNamed = ({ people }: CollectionPeople, name: string): Person => {
  const shown = people.find((one) => one.shown === name);
  if (shown !== undefined) return shown;
  const wanted = foldedName(name);
  const called = people.filter((one) =>
    [one.shown, ...one.names.map((own) => own.name)].some((own) => foldedName(own) === wanted),
  );
  const [only] = called;
  if (only !== undefined && called.length === 1) return only;
  throw rejected(
    called.length === 0
      ? `There is nobody here who is called “${name}”.${didYouMean(
          name,
          people.map((one) => one.shown),
        )}`
      : `${count(called.length)} people are called “${name}”: ${called.map((one) => one.shown).join(", ")}.`,
    { code: "unknown-person", hint: "`parlance people` lists them." },
  );
};

const kindOf = ({ kind, botBy, me }: Person): string =>
  [
    ...(me ? ["me"] : []),
    ...(kind === "person" ? [] : [botBy === "guess" ? "bot, a guess" : kind]),
  ].join(", ");

const namesOf = ({ names }: Person): string =>
  names.map(({ name, source }) => `${name} (${sourceLabel(source)})`).join(", ");

const kinds = ["person", "bot", "assistant", "me"] as const;

interface Listed {
  readonly find?: string | undefined;
  readonly kind?: string | undefined;
}

const listPeople = async (there: InCollection, { find, kind }: Listed, asJson: boolean) => {
  if (kind !== undefined && !kinds.some((one) => one === kind))
    throw misuse(`There is no kind “${kind}”.`, `Use ${kinds.join(", ")}.`);
  const found = await peopleOf(there);
  const wanted = foldedName(find ?? "");
  const people = found.people.filter(
    (one) =>
      (kind === undefined || (kind === "me" ? one.me : one.kind === kind)) &&
      [one.shown, ...one.names.map(({ name }) => name)].some((name) =>
        foldedName(name).includes(wanted),
      ),
  );
  if (asJson) return json({ ...found, people });
  if (people.length === 0) return line("Nobody is there, or nobody of these.");
  table(
    ["person", "messages", "first", "last", "", "names"],
    people.map((one) => [
      one.shown,
      count(one.messages),
      when(one.firstAt),
      when(one.lastAt),
      kindOf(one),
      namesOf(one),
    ]),
  );
  if (found.suggestions.length > 0)
    line(
      paint(
        "dim",
        `${count(found.suggestions.length)} may be one person with another: \`parlance people suggest\``,
      ),
    );
  return undefined;
};

const saved = ({ client, path }: InCollection, body: PeopleEdit): Promise<SavedPeopleEdit> =>
  ask(client, savedPeopleEdit, { path: `${path}/people/edits`, body });

const edit = async (there: InCollection, body: PeopleEdit, asJson: boolean) => {
  const made = await saved(there, body);
  return asJson ? json(made) : line(printable(made.says));
};

/** What is typed after the action. @throws ParlanceError rejected `bad-argument` where there are too few */
const named = (names: readonly string[], least: number, usage: string): readonly string[] => {
  if (names.length < least) throw misuse("A name is missing.", `\`parlance people ${usage}\`.`);
  return names;
};

const splitOf = async (
  there: InCollection,
  [whom = "", ...names]: readonly string[],
  source: string | undefined,
): Promise<PeopleEdit> => {
  const known = sourceKinds.find((one) => one === source);
  if (source !== undefined && known === undefined)
    throw misuse(`There is no source “${source}”.`, `Use ${sourceKinds.join(", ")}.`);
  return {
    kind: "split",
    person: personNamed(await peopleOf(there), whom).shown,
    names: names.map((name) => ({ name, ...(known === undefined ? {} : { source: known }) })),
  };
};

/** Each of them is looked up before the first one is marked. */
const markBots = async (
  there: InCollection,
  names: readonly string[],
  { isBot, asJson }: { readonly isBot: boolean; readonly asJson: boolean },
) => {
  const found = await peopleOf(there);
  const edits: SavedPeopleEdit[] = [];
  for (const { shown: person } of names.map((name) => personNamed(found, name)))
    edits.push(await saved(there, { kind: "bot", person, bot: isBot }));
  if (asJson) return json({ edits });
  for (const { says } of edits) line(printable(says));
  return undefined;
};

const sayMe = async (there: InCollection, names: readonly string[], isMe: boolean) => {
  const found = await peopleOf(there);
  const [name] = names;
  if (name === undefined) {
    const own = found.people.filter(({ me }) => me).map(({ shown }) => printable(shown));
    return line(
      own.length === 0
        ? "Who you are here is not known: `parlance people me NAME`."
        : `You are ${own.join(", ")}.`,
    );
  }
  for (const one of names) {
    const { shown } = personNamed(found, one);
    await tell(there.client, {
      path: `${there.path}/people/me`,
      method: "PUT",
      body: { person: shown, me: isMe },
    });
    line(`${printable(shown)} is ${isMe ? "you" : "not you"}.`);
  }
  return undefined;
};

/** "sure", "all", or numbers of the list. */
const chosen = (suggestions: readonly JoinSuggestion[], typed: string): JoinSuggestion[] => {
  if (typed === "all") return [...suggestions];
  if (typed === "sure") return suggestions.filter(({ confidence }) => confidence === "high");
  return typed.split(",").map((number) => {
    const one = suggestions[Number(number) - 1];
    if (one === undefined)
      throw misuse(
        `There is no suggestion “${number}”.`,
        "Use the numbers of `parlance people suggest`, sure, or all.",
      );
    return one;
  });
};

interface Suggesting {
  readonly accept?: string | undefined;
  readonly dismiss?: string | undefined;
}

const sure = { high: "sure", medium: "likely", low: "possible" } as const satisfies Record<
  (typeof confidences)[number],
  string
>;

const suggest = async (there: InCollection, { accept, dismiss }: Suggesting, asJson: boolean) => {
  const { suggestions } = await peopleOf(there);
  const { client } = there;
  const path = `${there.path}/people/suggestions`;
  const pairsOf = (typed: string) => chosen(suggestions, typed).map(({ names }) => names);
  if (accept !== undefined) {
    const pairs = pairsOf(accept);
    if (pairs.length === 0) return line("There is nothing to join.");
    const saved = await ask(client, savedPeopleEdits, { path: `${path}/accept`, body: { pairs } });
    if (asJson) return json(saved);
    for (const { says } of saved.edits) line(printable(says));
    return undefined;
  }
  if (dismiss !== undefined) {
    const pairs = pairsOf(dismiss);
    if (pairs.length > 0)
      await tell(client, { path: `${path}/dismiss`, method: "POST", body: { pairs } });
    return line(
      `${pairs.length === 1 ? "1 suggestion is" : `${count(pairs.length)} suggestions are`} not made again.`,
    );
  }
  if (asJson) return json(suggestions);
  if (suggestions.length === 0) return line("Nobody seems to be one person with another.");
  table(
    ["", "person", "and", "", "why"],
    suggestions.map(({ people: [one, other], confidence, says }, at) => [
      String(at + 1),
      one,
      other,
      sure[confidence],
      says,
    ]),
  );
  return line(
    paint("dim", "`parlance people suggest --accept sure` (or numbers), `--dismiss NUMBERS`"),
  );
};

const undo = async (there: InCollection, which: string | undefined, asJson: boolean) => {
  const { edits } = await peopleOf(there);
  const id = which === undefined || which === "last" ? edits[0]?.id : which;
  if (id === undefined)
    throw rejected("No change of people is in force.", { code: "nothing-to-undo" });
  const undone = await ask(there.client, savedPeopleEdit, {
    path: `${there.path}/people/edits/${id}`,
    method: "DELETE",
  });
  return asJson ? json(undone) : line(`Undone: ${printable(undone.says)}`);
};

const changes = async (there: InCollection, asJson: boolean) => {
  const { edits } = await peopleOf(there);
  if (asJson) return json(edits);
  if (edits.length === 0) return line("No person was changed by hand.");
  return table(
    ["id", "when", "change"],
    edits.map(({ id, at, says }) => [id, when(at), says]),
  );
};

export const people = defineCommand({
  meta: {
    name: "people",
    description: "Who wrote the messages of a collection: list, join, split, mark; who you are",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default), join, split, rename, bot, me, suggest, changes or undo",
    },
    names: {
      type: "positional",
      required: false,
      description:
        "Names. With split: the person, then the names that are somebody else's. With undo: an id, or last",
    },
    collection: collectionArgument,
    find: { type: "string", description: "With list: only those with this in a name" },
    kind: { type: "string", description: "With list: person, bot, assistant or me" },
    shown: { type: "string", description: "With join: the name to show" },
    to: { type: "string", description: "With rename: the name to show; empty: one of their own" },
    source: { type: "string", description: "With split: only what is of this source" },
    not: { type: "boolean", description: "With bot and me: it is no bot, it is not you" },
    accept: { type: "string", description: "With suggest: join; sure, all, or numbers" },
    dismiss: { type: "string", description: "With suggest: never again; sure, all, or numbers" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: ({ args }) => {
    const action = actionOf("people", args.action, [
      "list",
      "join",
      "split",
      "rename",
      "bot",
      "me",
      "suggest",
      "changes",
      "undo",
    ]);
    const names = args._.slice(1);
    const asJson = args.json === true;
    return inCollection(args.collection, async (there) => {
      const personOf = async (name: string) => personNamed(await peopleOf(there), name).shown;
      switch (action) {
        case "list":
          return listPeople(there, args, asJson);
        case "join": {
          const found = await peopleOf(there);
          const all = named(names, 2, "join NAME NAME --shown NAME").map(
            (name) => personNamed(found, name).shown,
          );
          const { shown } = args;
          return edit(
            there,
            { kind: "join", people: all, ...(shown === undefined ? {} : { shown }) },
            asJson,
          );
        }
        case "split":
          named(names, 2, "split PERSON NAME");
          return edit(there, await splitOf(there, names, args.source), asJson);
        case "rename": {
          const [name = ""] = named(names, 1, "rename PERSON --to NAME");
          if (args.to === undefined) throw misuse("What is the name?", "Add `--to NAME`.");
          return edit(
            there,
            { kind: "rename", person: await personOf(name), shown: args.to },
            asJson,
          );
        }
        case "bot":
          return markBots(there, named(names, 1, "bot PERSON PERSON"), {
            isBot: args.not !== true,
            asJson,
          });
        case "me":
          return sayMe(there, names, args.not !== true);
        case "suggest":
          return suggest(there, args, asJson);
        case "changes":
          return changes(there, asJson);
        case "undo":
          return undo(there, names[0], asJson);
        default:
          return action satisfies never;
      }
    });
  },
});
