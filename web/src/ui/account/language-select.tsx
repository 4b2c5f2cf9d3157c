// The choice of a form of English, with an example of what is written in it.
import { Select, type SelectProps } from "@mantine/core";
import {
  dateFormat,
  type EnglishForm,
  englishForms,
  numberFormat,
} from "#services/domain/english.ts";
import { browserForm } from "./own-form.ts";

const names: Readonly<Record<EnglishForm, string>> = {
  "en-GB": "English (United Kingdom)",
  "en-US": "English (United States)",
  "en-IE": "English (Ireland)",
  "en-CA": "English (Canada)",
  "en-AU": "English (Australia)",
  "en-NZ": "English (New Zealand)",
  "en-IN": "English (India)",
  "en-ZA": "English (South Africa)",
  "en-x-iso8601": "English, dates as 2026-11-30",
};

/** The value where nothing is chosen. */
export const asBrowser = "browser";

export const isForm = (value: string | null): value is EnglishForm =>
  englishForms.some((form) => form === value);

/** "Monday, 30 November 2026 · 14:05 · 1,234,567" */
const example = (form: EnglishForm): string => {
  const at = new Date(2026, 10, 30, 14, 5).getTime();
  return [
    dateFormat(form, "weekday")(at),
    dateFormat(form, "clock")(at),
    numberFormat(form)(1_234_567),
  ].join(" · ");
};

export function LanguageSelect({ value, ...props }: Omit<SelectProps, "data" | "label">) {
  const form = isForm(value ?? null) ? (value as EnglishForm) : browserForm();
  return (
    <Select
      label="Language and region"
      description={example(form)}
      allowDeselect={false}
      comboboxProps={{ keepMounted: false }}
      data={[
        { value: asBrowser, label: `That of the browser: ${names[browserForm()]}` },
        ...englishForms.map((one) => ({ value: one, label: names[one] })),
      ]}
      value={value ?? asBrowser}
      {...props}
    />
  );
}
