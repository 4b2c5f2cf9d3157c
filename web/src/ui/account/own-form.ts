// The form of English of this browser: the one chosen in it, which is kept in it, or the first that it prefers.
import { type EnglishForm, formOf } from "#services/domain/english.ts";
import { writeIn } from "../../shape/words/english.ts";

const kept = "parlance-language";

/** The browser's preference, whatever was chosen. */
export const browserForm = (): EnglishForm => formOf(navigator.languages);

/** What was chosen in this browser; null where nothing was. */
export const keptForm = (): string | null => localStorage.getItem(kept);

/** In which everything is written where no account says otherwise. */
export const ownForm = (): EnglishForm => formOf([keptForm() ?? "", ...navigator.languages]);

/** For whoever has no account: kept in this browser, as the colour scheme. Null: as the browser prefers. */
export const keepForm = (form: EnglishForm | null): void => {
  if (form === null) localStorage.removeItem(kept);
  else localStorage.setItem(kept, form);
  writeIn(ownForm());
};
