// What an account prefers, taken over where the app is opened and where it is changed: the colour scheme, the time zone, the form of English.
import { useMantineColorScheme } from "@mantine/core";
import { useLayoutEffect, useState } from "react";
import type { Account } from "#services/contract/accounts.ts";
import { writeIn } from "../../shape/words/english.ts";
import { showTimesIn } from "../../shape/words/times.ts";
import { ownForm } from "./own-form.ts";

/** @returns whether it is done, so that nothing is shown in another zone or form before */
export const usePreferences = (account: Account | undefined): boolean => {
  const { setColorScheme } = useMantineColorScheme();
  const [isReady, setIsReady] = useState(false);
  // The scheme is kept in this browser, for all tabs: whoever looks as somebody else keeps their own.
  const scheme = account?.look == null ? account?.user?.preferences.colorScheme : undefined;
  const zone = account?.user?.preferences.timeZone;
  useLayoutEffect(() => {
    if (scheme !== undefined) setColorScheme(scheme);
  }, [scheme, setColorScheme]);
  useLayoutEffect(() => {
    showTimesIn(zone ?? undefined);
    return () => showTimesIn(undefined);
  }, [zone]);
  const language = account?.user?.preferences.language;
  useLayoutEffect(() => {
    if (language === undefined) return;
    writeIn(language ?? ownForm());
    return () => writeIn(ownForm());
  }, [language]);
  const isKnown = account !== undefined;
  useLayoutEffect(() => {
    if (isKnown) setIsReady(true);
  }, [isKnown]);
  return isReady;
};
