// The server that a command line names, or PARLANCE_URL.
import { readConfig } from "#services/config/config.ts";
import { misuse } from "./misuse.ts";

/** @throws ParlanceError rejected `bad-argument` where neither is there */
export const serverOf = (url: string | undefined): string => {
  const base = url ?? readConfig(process.env).url;
  if (base === undefined || URL.parse(base) === null)
    throw misuse(
      "Which server?",
      "Write `parlance login https://chats.example.org`, or set PARLANCE_URL.",
    );
  return base;
};
