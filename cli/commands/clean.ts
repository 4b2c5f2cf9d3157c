// `parlance clean`: the cleaning rules of a collection: shows and sets them, counts what they would do, writes the report of what was found.
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { defineCommand } from "citty";
import {
  type Cleaning,
  type CleaningPreview,
  cleaning,
  cleaningPreview,
  type FoundCount,
} from "#services/contract/cleaning.ts";
import { rulesOfText, textOfRules } from "#services/contract/cleaning-text.ts";
import { foundKinds } from "#services/domain/cleaning.ts";
import { ask, failureOf } from "../client/client.ts";
import { json, line, printable, table } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { collectionArgument, type InCollection, inCollection } from "../in-collection.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { writeOut } from "../written.ts";

/** How often it is asked how far the rules are applied. */
const LOOK_MS = 300;

const printFound = (found: readonly FoundCount[]): void => {
  if (found.length === 0) return;
  table(
    ["kind", "rule", "found", "messages"],
    found.map((one) => [one.kind, one.action, String(one.places), String(one.messages)]),
  );
};

const printCleaning = ({ rules, applying, found }: Cleaning): void => {
  line(textOfRules(rules));
  if (applying !== null) line(`Applied to ${applying.done} of ${applying.of} conversations.`);
  printFound(found);
};

const printPreview = ({
  messages,
  looked,
  leftOut,
  partly,
  found,
  names,
}: CleaningPreview): void => {
  line(
    looked < messages
      ? `Counted on a sample of ${looked} of ${messages} messages.`
      : `Counted on all ${looked} messages.`,
  );
  for (const one of leftOut) line(`left out of the index: ${one.reason}, ${one.messages} messages`);
  for (const one of partly)
    line(`left out of the index in part: ${one.reason}, in ${one.messages} messages`);
  printFound(found);
  for (const one of names) line(`names of authors: ${one.kind}, ${one.action}, ${one.names}`);
};

/** Where this process does the work itself, it stays until the rules are applied. */
const applied = async ({ client, path }: InCollection, waits: boolean): Promise<Cleaning> => {
  for (;;) {
    const now = await ask(client, cleaning, { path: `${path}/cleaning` });
    if (!waits || now.applying === null) return now;
    await pause(LOOK_MS);
  }
};

interface Wanted {
  readonly asJson: boolean;
  readonly isConfirmed: boolean;
  readonly waits: boolean;
}

const set = async (there: InCollection, text: string, wanted: Wanted): Promise<void> => {
  const { client, collection, path } = there;
  const before = await ask(client, cleaning, { path: `${path}/cleaning` });
  const rules = rulesOfText(text, before.rules);
  const refused = foundKinds.filter((kind) => rules.found[kind] === "refuse");
  if (refused.length > 0)
    await confirm(
      `Delete the messages of “${printable(collection.name)}” that hold one of these for good: ${refused.join(", ")}?`,
      wanted.isConfirmed,
    );
  await ask(client, cleaning, { path: `${path}/cleaning`, method: "PUT", body: rules });
  const now = await applied(there, wanted.waits || client.local);
  return wanted.asJson ? json(now) : printCleaning(now);
};

const report = async (
  { client, path }: InCollection,
  { format, out }: { readonly format: string; readonly out: string | undefined },
): Promise<void> => {
  const response = await client.fetch(`${path}/cleaning/report?format=${format}`);
  if (!response.ok || response.body === null) throw await failureOf(response);
  await writeOut(Readable.fromWeb(response.body), out);
};

export const clean = defineCommand({
  meta: {
    name: "clean",
    description: "Show and set what is indexed, and what is masked or refused",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description:
        "show (default): rules and counts; set: change rules; preview: count what rules would do; report: where something was found",
    },
    rules: {
      type: "positional",
      required: false,
      description: "set, preview: such as “email=mask,token=refuse,leave-out=bots+code”",
    },
    collection: collectionArgument,
    out: { type: "string", alias: "o", description: "report: file to write" },
    yes: { type: "boolean", description: "set: do not ask before messages are refused" },
    wait: { type: "boolean", description: "set: wait until the rules are applied" },
    json: { type: "boolean", description: "Print JSON; report: JSON instead of CSV" },
  },
  run({ args }) {
    const action = actionOf("clean", args.action, ["show", "set", "preview", "report"]);
    const { rules: text } = args;
    if (action === "set" && text === undefined)
      throw misuse("Say which rules.", "For instance: parlance clean set email=mask,token=refuse.");
    const asJson = args.json === true;
    return inCollection(args.collection, async (there) => {
      const { client, path } = there;
      if (action === "report")
        return report(there, { format: asJson ? "json" : "csv", out: args.out });
      if (action === "set")
        return set(there, text ?? "", {
          asJson,
          isConfirmed: args.yes === true,
          waits: args.wait === true,
        });
      const now = await ask(client, cleaning, { path: `${path}/cleaning` });
      if (action === "show") return asJson ? json(now) : printCleaning(now);
      const rules = text === undefined ? now.rules : rulesOfText(text, now.rules);
      const counted = await ask(client, cleaningPreview, {
        path: `${path}/cleaning/preview`,
        body: rules,
      });
      return asJson ? json(counted) : printPreview(counted);
    });
  },
});
