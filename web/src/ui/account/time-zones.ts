// The time zones that the browser knows, UTC first.
export const timeZones: readonly string[] = [
  ...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]),
];

/** With the chosen one, which another browser may know. */
export const timeZonesWith = (chosen: string): string[] =>
  timeZones.includes(chosen) ? [...timeZones] : [chosen, ...timeZones];
