// What is wrong with a name or an address before it is sent.
import { emailAddress } from "#services/contract/accounts.ts";

export const nameError = (name: string): string | null =>
  name.trim() === "" ? "Give your name." : null;

export const addressError = (address: string): string | null =>
  emailAddress.safeParse(address.trim()).success ? null : "Give an e-mail address.";
