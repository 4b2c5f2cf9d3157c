// Numbers of bytes as text, the same in the app, the API, the command line and error messages.
const units = ["B", "KB", "MB", "GB", "TB"] as const;

/** "10 GB", "1.5kb", "2048" → bytes; undefined where it is none of that. */
export const readSize = (text: string): number | undefined => {
  const [, number, unit = "B"] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?b)?\s*$/iu.exec(text) ?? [];
  const step = (units as readonly string[]).indexOf(unit.toUpperCase());
  return number === undefined || step < 0 ? undefined : Math.round(Number(number) * 1000 ** step);
};

/** Bytes in powers of 1000: 1536 → "1.5 KB", 268435456 → "268 MB". */
export const size = (bytes: number): string => {
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  return `${value >= 10 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
};
