// For how long a new key works, to choose from.

const never = "never";

export const keyLengths = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: never, label: "Until it is deleted" },
];

/** Null where it does not end by itself. */
export const daysOf = (length: string): number | null => (length === never ? null : Number(length));
