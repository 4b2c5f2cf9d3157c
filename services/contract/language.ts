// The form of English in which dates, times and numbers are written for people, in requests and preferences. Fields of answers stay as they are.
import { z } from "zod";
import { englishForms } from "#services/domain/english.ts";

export const languageForm = z.enum(englishForms).meta({
  id: "LanguageForm",
  description:
    "A form of English, for dates, times and numbers in sentences and documents: en-GB where none is given. en-x-iso8601 writes dates as 2026-11-30.",
});
