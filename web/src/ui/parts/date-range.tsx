// A field for a range of days, which may be left open.
import { DatePickerInput, type DatePickerInputProps } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { IconCalendarEvent } from "@tabler/icons-react";
import { type EnglishForm, firstDayOfWeek } from "#services/domain/english.ts";
import { writtenIn } from "../../shape/words/english.ts";
import { dayText, startOfDay } from "../../shape/words/times.ts";

export interface Range {
  /** Its first instant. */
  readonly after: number | undefined;
  /** The first instant after it. */
  readonly before: number | undefined;
}

export interface DateRangeProps
  extends Pick<DatePickerInputProps<"range">, "label" | "aria-label" | "mt" | "mb"> {
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

/** As dayjs names the parts of a date. */
const fieldFormat = (form: EnglishForm): string => {
  if (form === "en-x-iso8601") return "YYYY-MM-DD";
  return form === "en-US" || form === "en-CA" ? "MMM D, YY" : "D MMM YY";
};

const dayMs = 86_400_000;

export function DateRange({ range, onRange, ...props }: DateRangeProps) {
  return (
    <DatePickerInput
      type="range"
      size="xs"
      valueFormat={fieldFormat(writtenIn())}
      firstDayOfWeek={firstDayOfWeek(writtenIn())}
      placeholder="Any time"
      clearable
      allowSingleDateInRange
      clearButtonProps={{ "aria-label": "Any time" }}
      leftSection={<IconCalendarEvent size={15} stroke={1.6} aria-hidden />}
      {...props}
      value={[
        range.after === undefined ? null : dayText(range.after),
        range.before === undefined ? null : dayText(range.before - 1),
      ]}
      onChange={([from, to]) => {
        // Only one end of the range was chosen so far.
        if ((from === null) !== (to === null)) return;
        onRange({
          after: from === null ? undefined : startOfDay(from),
          before: to === null ? undefined : startOfDay(to) + dayMs,
        });
      }}
    />
  );
}
