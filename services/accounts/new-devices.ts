// Mails to people about a sign-in from a device that they have not used for a while: a browser on a system.
import { devicesUsedSince, type UserRow } from "#services/store/store.ts";
import { newDeviceLetter } from "./letters.ts";
import { type AccountParts, days, type Origin, warnOf } from "./parts.ts";
import { preferencesOf, readerOf } from "./preferences.ts";

/** A device that was not used for so long is new again. */
export const DEVICE_KNOWN_MS = days(90);

const nothing = () => undefined;

/**
 * To be asked before a session begins.
 * @returns to be called once it has begun: it tells its owner where the device is new to them. Nobody waits for the mail
 */
export const watchDevice = async (
  parts: AccountParts,
  user: UserRow,
  { device, network, url }: Origin,
): Promise<() => void> => {
  const { mail } = parts;
  if (mail === undefined || !preferencesOf(user).notices.devices.mail) return nothing;
  const since = parts.now() - DEVICE_KNOWN_MS;
  const used = await devicesUsedSince(parts.database.system.rows, user.id, since);
  // The first sign-in of all is no news to whoever was just given the account.
  const isFirst = used.size === 0 && user.created_at > since;
  if (isFirst || used.has(device)) return nothing;
  return () => {
    const link = `${url}/account/sessions`;
    const letter = newDeviceLetter({ to: readerOf(user), device, network, at: parts.now(), link });
    mail.send(letter).catch(warnOf(parts));
  };
};
