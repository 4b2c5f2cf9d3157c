// The lists of people and rooms in the realm.json of a Zulip server's export.
import { asId, asString, isObject, type Json, objectsOf } from "./message.ts";

/** What the lists of a server say. */
export interface ZulipLists {
  readonly people: ReadonlyMap<string, { readonly name: string; readonly isBot: boolean }>;
  /** Recipient → the channel that it is. */
  readonly channels: ReadonlyMap<string, { readonly id: string; readonly name: string }>;
  /** Recipient → the people who get what is sent to it directly. */
  readonly direct: ReadonlyMap<string, readonly string[]>;
}

/** Kinds of recipients: a person, a channel, a group of people. */
const [PERSON, CHANNEL, GROUP] = [1, 2, 3];

/**
 * @param realm what a realm.json holds
 * @returns undefined where it is none of Zulip's
 */
export const listsIn = (realm: unknown): ZulipLists | undefined => {
  if (!isObject(realm) || !("zerver_recipient" in realm)) return undefined;
  const rows = (name: string): readonly Json[] => objectsOf(realm[name]);
  const users = [...rows("zerver_userprofile"), ...rows("zerver_userprofile_crossrealm")];
  const people = new Map(
    users.map((user) => [
      asId(user["id"]) ?? "",
      {
        name: asString(user["full_name"]) ?? asString(user["email"]) ?? "Unknown",
        isBot: user["is_bot"] === true,
      },
    ]),
  );
  const names = new Map(
    rows("zerver_stream").map((stream) => [asId(stream["id"]), asString(stream["name"])]),
  );
  const channels = new Map<string, { id: string; name: string }>();
  const direct = new Map<string, string[]>();
  for (const recipient of rows("zerver_recipient")) {
    const [own, target] = [asId(recipient["id"]) ?? "", asId(recipient["type_id"]) ?? ""];
    if (recipient["type"] === CHANNEL)
      channels.set(own, { id: target, name: names.get(target) ?? target });
    if (recipient["type"] === PERSON) direct.set(own, [target]);
    if (recipient["type"] === GROUP) direct.set(own, []);
  }
  for (const subscription of rows("zerver_subscription")) {
    const group = direct.get(asId(subscription["recipient"]) ?? "");
    const user = asId(subscription["user_profile"]);
    if (group && user !== null && !group.includes(user)) group.push(user);
  }
  return { people, channels, direct };
};
