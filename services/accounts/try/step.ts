// What a test of a provider found out: steps, each with what to do where it failed.
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import { oursIn } from "../providers.ts";

export const ok = (name: string, detail: string, hint: string | null = null): TestStep => ({
  name,
  state: "ok",
  detail,
  hint,
});
export const failed = (name: string, detail: string, hint: string): TestStep => ({
  name,
  state: "failed",
  detail,
  hint,
});
export const unclear = (name: string, detail: string, hint: string | null = null): TestStep => ({
  name,
  state: "unclear",
  detail,
  hint,
});

const MOST_SHOWN = 200;
/** What somebody else's server sent, as far as it is shown: one line, cut. */
export const shown = (text: string): string => {
  const line = text.replaceAll(/[^\P{C}]+/gu, " ").trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN - 1)}…` : line;
};

/** Why a request failed, in one sentence: the message of an error of ours, which quotes nothing that the other side sent. */
export const sentenceOf = (error: unknown): string =>
  oursIn(error)?.message ?? "The provider answered with something unexpected.";
