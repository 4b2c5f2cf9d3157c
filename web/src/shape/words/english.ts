// The form of English in which this tab writes dates, times and numbers: that of the account, of this browser, or the usual one.
import { type EnglishForm, usualForm } from "#services/domain/english.ts";

let form: EnglishForm = usualForm;

export const writtenIn = (): EnglishForm => form;
/** Everything is written in this form from now on. */
export const writeIn = (next: EnglishForm): void => {
  form = next;
};
