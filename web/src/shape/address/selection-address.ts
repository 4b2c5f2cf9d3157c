// A selection of messages as URL parameters, with the same names as the search page's; unset fields are left out.
import { z } from "zod";
import { roleName, sourceName } from "#services/contract/common.ts";
import { flagName, type Selection, sentimentName } from "#services/contract/selection.ts";

const list = <S extends z.ZodType>(item: S) => z.array(item).min(1).optional().catch(undefined);

/** To be spread into a page's own parameters: `z.object({ ...selectionFields, sort: … })`. */
export const selectionFields = {
  after: z.int().optional().catch(undefined),
  before: z.int().optional().catch(undefined),
  topic: list(z.string()),
  author: list(z.string()),
  bot: list(z.enum(["yes", "no"])),
  role: list(roleName),
  source: list(sourceName),
  channel: list(z.string()),
  lang: list(z.string().nullable()),
  in: list(z.string()),
  model: list(z.string()),
  hour: list(z.int().min(0).max(23)),
  weekday: list(z.int().min(1).max(7)),
  mood: list(sentimentName),
  flag: list(flagName),
  label: list(z.string()),
  concept: list(z.string()),
  v: z.int().min(1).optional().catch(undefined),
  /** The polygon, written by `areaText`. */
  area: z.string().max(20_000).optional().catch(undefined),
  not: z.literal(true).optional().catch(undefined),
} as const;

export const selectionAddress = z.object(selectionFields);
export type SelectionAddress = z.infer<typeof selectionAddress>;

/** The fields of a selection that are lists: URL parameter → field of the contract. */
export const selectionLists = {
  topic: "topics",
  author: "authors",
  bot: "bots",
  role: "roles",
  source: "sources",
  channel: "channels",
  lang: "languages",
  in: "conversations",
  model: "models",
  hour: "hours",
  weekday: "weekdays",
  mood: "sentiment",
  flag: "flags",
  label: "labels",
  concept: "concepts",
} as const satisfies Partial<Record<keyof SelectionAddress, keyof Selection>>;
export type SelectionList = keyof typeof selectionLists;

const listNames = Object.keys(selectionLists) as SelectionList[];

// The map's coordinates are within ± 1.2: a hundred-thousandth is less than a pixel at every zoom.
const areaScale = 100_000;

/** Corners as text, "x.y.x.y": hundred-thousandths in base 36, each corner but the first relative to the one before. */
export const areaText = (corners: readonly (readonly [number, number])[]): string => {
  let [lastX, lastY] = [0, 0];
  const parts: string[] = [];
  for (const [left, up] of corners) {
    const [x, y] = [Math.round(left * areaScale), Math.round(up * areaScale)];
    parts.push((x - lastX).toString(36), (y - lastY).toString(36));
    [lastX, lastY] = [x, y];
  }
  return parts.join(".");
};

/** Reads the text of `areaText`; undefined where the text is not valid. */
export const areaOf = (text: string): [number, number][] | undefined => {
  const steps = text.split(".").map((part) => Number.parseInt(part, 36));
  if (steps.length < 6 || steps.length % 2 === 1 || steps.some((step) => !Number.isFinite(step)))
    return undefined;
  const corners: [number, number][] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at] ?? 0;
    y += steps[at + 1] ?? 0;
    corners.push([x / areaScale, y / areaScale]);
  }
  return corners;
};

const given = <K extends string, V>(key: K, value: V | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

/** URL parameters → the selection. Parameters that select nothing are ignored. */
export const selectionOf = (address: SelectionAddress): Selection => {
  const chosen: Record<string, unknown> = {
    ...given("after", address.after),
    ...given("before", address.before),
    ...given("version", address.v),
    ...given("area", address.area === undefined ? undefined : areaOf(address.area)),
    ...given("not", address.not),
  };
  for (const name of listNames) {
    const values = address[name];
    if (values !== undefined && values.length > 0) chosen[selectionLists[name]] = values;
  }
  return chosen as Selection;
};

/** A selection → URL parameters. Every parameter is there (unset ones as undefined), so that it replaces another selection. */
export const addressOf = (selection: Selection): SelectionAddress => {
  const address: Record<string, unknown> = {
    after: selection.after,
    before: selection.before,
    v: selection.version,
    area: selection.area === undefined ? undefined : areaText(selection.area),
    not: selection.not,
  };
  for (const name of listNames) {
    const values: readonly unknown[] | undefined = selection[selectionLists[name]];
    address[name] = values === undefined || values.length === 0 ? undefined : values;
  }
  return address as SelectionAddress;
};

/** Whether no field is set: the selection is all messages. */
export const isEverything = (selection: Selection): boolean =>
  Object.values(selection).every((value) => value === undefined);

/**
 * The intersection of a page's selection and that of a figure's row computed within it. Where both set a field, the row's
 * value is the narrower one; times are cut to the overlap. Undefined where one selection cannot express both ("not", two areas).
 */
export const narrowed = (page: Selection, datum: Selection): Selection | undefined => {
  if (isEverything(datum)) return page;
  if (isEverything(page)) return datum;
  if (page.not || datum.not || (page.area && datum.area)) return undefined;
  const after = Math.max(page.after ?? -Infinity, datum.after ?? -Infinity);
  const before = Math.min(page.before ?? Infinity, datum.before ?? Infinity);
  return {
    ...page,
    ...datum,
    ...given("after", after === -Infinity ? undefined : after),
    ...given("before", before === Infinity ? undefined : before),
  };
};

/** URL parameters of the search page: the part that it can filter by (time, people, roles, sources, channels, languages, version). */
export const searchFiltersOf = ({
  after,
  before,
  author,
  role,
  source,
  channel,
  lang,
  v,
}: SelectionAddress) => ({ after, before, author, role, source, channel, lang, v });
