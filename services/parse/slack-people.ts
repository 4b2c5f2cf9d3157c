// Slack's list of people → what each of them is called.
import { asString, type Json } from "./message.ts";
import { namesIn } from "./slack-message.ts";

/** What a user is called, the name to show first. */
const personNames = (user: Json): string[] => [
  ...namesIn(user["profile"]),
  ...[user["real_name"], user["name"]].map(asString).filter((name) => name !== null),
];

/** Id and names of each, without those who have no name. */
export const slackPeople = (users: readonly Json[]): [id: string, names: string[]][] =>
  users.flatMap((user): [string, string[]][] => {
    const id = asString(user["id"]);
    const names = personNames(user);
    return id === null || names.length === 0 ? [] : [[id, names]];
  });
