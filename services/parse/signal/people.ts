// Who and what the recipients of a Signal export are: names to show, and keys that stay the same in later exports.
import { asId, asString, isObject, type Json } from "../message.ts";

export interface Recipient {
  readonly name: string;
  /** The account's or group's own id, or a telephone number; the export's running number only where it has neither. */
  readonly key: string;
}

/** More are not kept: their running numbers are shown. */
const MOST = 500_000;

const joined = (...parts: unknown[]): string | null => {
  const words = parts.map(asString).filter((part) => part !== null);
  return words.length === 0 ? null : words.join(" ");
};

const contactOf = (contact: Json, id: string): Recipient => {
  const nickname = isObject(contact["nickname"]) ? contact["nickname"] : {};
  const phone = asId(contact["e164"]);
  return {
    name:
      joined(nickname["given"], nickname["family"]) ??
      joined(contact["systemNickname"]) ??
      joined(contact["systemGivenName"], contact["systemFamilyName"]) ??
      joined(contact["profileGivenName"], contact["profileFamilyName"]) ??
      asString(contact["username"]) ??
      (phone === null ? id : `+${phone.replace(/^\+/, "")}`),
    key: asString(contact["aci"]) ?? phone ?? asString(contact["pni"]) ?? id,
  };
};

const groupOf = (group: Json, id: string): Recipient => {
  const snapshot = isObject(group["snapshot"]) ? group["snapshot"] : {};
  const title = isObject(snapshot["title"]) ? snapshot["title"] : {};
  return { name: asString(title["title"]) ?? "Group", key: asString(group["masterKey"]) ?? id };
};

const recipientOf = (item: Json, id: string, ownName: string): Recipient => {
  if (isObject(item["contact"])) return contactOf(item["contact"], id);
  if (isObject(item["group"])) return groupOf(item["group"], id);
  if (isObject(item["self"])) return { name: ownName, key: "self" };
  if (isObject(item["releaseNotes"])) return { name: "Signal", key: "signal" };
  return { name: id, key: id };
};

export const openPeople = () => {
  const recipients = new Map<string, Recipient>();
  let ownName = "You";
  return {
    /** The account that the export is of stands before its recipients. */
    account(account: Json): void {
      ownName = joined(account["givenName"], account["familyName"]) ?? ownName;
    },
    recipient(item: Json): void {
      const id = asId(item["id"]);
      if (id !== null && recipients.size < MOST) recipients.set(id, recipientOf(item, id, ownName));
    },
    /** Whose export it is, as their messages show it. */
    own: (): string => ownName,
    of(id: unknown): Recipient {
      const key = asId(id) ?? "unknown";
      return recipients.get(key) ?? { name: key, key };
    },
  };
};

export type People = ReturnType<typeof openPeople>;
