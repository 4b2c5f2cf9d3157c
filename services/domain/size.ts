// Numbers of bytes as text, the same in the app, the API, the command line and error messages.
const units = ["B", "KB", "MB", "GB", "TB"] as const;

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
