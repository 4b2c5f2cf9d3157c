// Tells people what happened in their collections, as far as they want to know: in the app, and by mail, which is tried again where it fails.
import type { Notice } from "#services/contract/own-data.ts";
import { rejected } from "#services/domain/errors.ts";
import {
  noticeId,
  type OrganizationId,
  readConceptId,
  readUploadId,
  readUserId,
  type UserId,
} from "#services/domain/ids.ts";
import type { Scope } from "#services/domain/scope.ts";
import {
  addNotice,
  changeUser,
  findCollection,
  findConcept,
  findUpload,
  findUser,
  isNoticeDue,
  listNotices,
  type NewsRow,
  type NoticeRow,
  oldestNews,
  type Rows,
  readersOf,
  seeNotices,
  settleNotices,
  takeDueNotices,
  takeNews,
  type UserRow,
} from "#services/store/store.ts";
import { noticesLetter, plainName, type Told } from "./letters.ts";
import {
  type AccountParts,
  change,
  days,
  minutes,
  type Person,
  readingOf,
  rowsOf,
  warnOf,
} from "./parts.ts";
import { preferencesOf } from "./preferences.ts";

type Kind = "imports" | "alerts";
type OfOrganization<T> = T & { readonly organization: OrganizationId };

const AT_ONCE = 100;
const SHOWN = 50;
/** What comes within this time is told in one mail. */
const GATHER_MS = minutes(2);
/** A mail that was taken to be sent is due again after so long, where nobody said what became of it. */
const LEASE_MS = minutes(10);
/** After each failure, until it is given up: about a day in all. */
const RETRY_MS = [2, 10, 30, 120, 360, 720].map(minutes);
/** When mails of a day are sent, in the person's time zone. */
const MORNING = 8;
const QUARTER_MS = minutes(15);

const kindOf = (notice: Pick<NewsRow, "kind">): Kind =>
  notice.kind === "alert" ? "alerts" : "imports";

const DAY_OF_QUARTERS = 24 * 4;

/** The hour that a clock shows there; in UTC where the zone is not known. */
const hourIn = (zone: string | null): ((at: number) => number) => {
  const options = { hour: "2-digit", hourCycle: "h23" } as const;
  const clockOf = (timeZone: string) => new Intl.DateTimeFormat("en", { ...options, timeZone });
  const clock = (() => {
    try {
      return clockOf(zone ?? "UTC");
    } catch {
      // A zone that this machine does not know.
      return clockOf("UTC");
    }
  })();
  return (at) => Number(clock.format(at));
};

/** The next morning in a time zone, to the quarter of an hour: when the hour begins, or the first quarter in it. */
export const nextMorning = (after: number, zone: string | null): number => {
  const hourAt = hourIn(zone);
  const first = Math.ceil((after + 1) / QUARTER_MS) * QUARTER_MS;
  for (let quarter = 0; quarter <= DAY_OF_QUARTERS; quarter++) {
    const at = first + quarter * QUARTER_MS;
    if (hourAt(at) === MORNING && hourAt(at - QUARTER_MS) !== MORNING) return at;
  }
  // A clock that is set past this hour.
  return first + days(1);
};

/** How one person is told; undefined where they do not want to know. */
const wayFor = (
  { mail, now }: Pick<AccountParts, "mail" | "now">,
  user: UserRow,
  news: NewsRow,
): Pick<NoticeRow, "in_app" | "mail" | "mail_at"> | undefined => {
  const { notices, timeZone } = preferencesOf(user);
  const kind = kindOf(news);
  // Alerts have a page of their own, which shows them to whoever opens the collection.
  const inApp = kind === "imports" && notices.imports.app ? 1 : 0;
  const wish = kind === "alerts" ? notices.alerts.mail : notices.imports.mail ? "at-once" : "off";
  if (mail === undefined || wish === "off")
    return inApp === 0 ? undefined : { in_app: inApp, mail: "none", mail_at: 0 };
  const at = wish === "daily" ? nextMorning(now(), timeZone) : now() + GATHER_MS;
  return { in_app: inApp, mail: "due", mail_at: at };
};

/** Turns one piece of news into notices; once, whichever server does it. */
const tellOne = (parts: AccountParts, news: OfOrganization<NewsRow>): Promise<void> =>
  change(parts, async (all) => {
    const rows = await rowsOf(parts, all, news.organization);
    if (!(await takeNews(rows, news.id))) return;
    const readers = await readersOf(rows, news.collection_id);
    for (const id of readers.filter((one) => news.user_id === null || one === news.user_id)) {
      const user = await findUser(all, id);
      const way = user && wayFor(parts, user, news);
      if (way === undefined) continue;
      await addNotice(rows, {
        id: noticeId(parts.newId()),
        user_id: id,
        kind: news.kind,
        collection_id: news.collection_id,
        subject: news.subject,
        count: news.count,
        at: news.at,
        seen_at: null,
        tries: 0,
        ...way,
      });
    }
  });

const counted = (count: number, unit: string): string =>
  `${count} ${unit}${count === 1 ? "" : "s"}`;

/** What a letter says of one thing; undefined where it is not there any more. Names only, and no text of messages. */
const toldOf = async (rows: Rows, notice: NoticeRow, url: string): Promise<Told | undefined> => {
  const collection = await findCollection(rows, notice.collection_id);
  if (collection === undefined) return undefined;
  const where = `“${plainName(collection.name)}”`;
  if (kindOf(notice) === "alerts") {
    const id = readConceptId(notice.subject);
    const concept = id && (await findConcept(rows, id));
    if (!concept) return undefined;
    return {
      says: `${counted(notice.count, "new alert")} of the concept “${plainName(concept.name)}” in ${where}.`,
      link: `${url}/alerts`,
      label: "See the alerts",
    };
  }
  const id = readUploadId(notice.subject);
  const upload = id && (await findUpload(rows, id));
  if (!upload || upload.state === "erasing") return undefined;
  const file = plainName(upload.filename);
  return {
    says:
      notice.kind === "import-done"
        ? `The import of “${file}” into ${where} is done.`
        : `The import of “${file}” into ${where} has failed. The page of imports says why.`,
    link: `${url}/c/${collection.id}/uploads`,
    label: "See the import",
  };
};

/** Several pieces of news of one concept are one. */
const gathered = (notices: readonly NoticeRow[]): NoticeRow[] => {
  const bySubject = new Map<string, NoticeRow>();
  for (const one of notices) {
    const known = bySubject.get(`${one.kind} ${one.subject}`);
    const count = one.count + (known?.count ?? 0);
    bySubject.set(`${one.kind} ${one.subject}`, { ...one, count });
  }
  return [...bySubject.values()];
};

const subjectOf = (kind: Kind, notices: readonly NoticeRow[]): string => {
  if (kind === "alerts") {
    const alerts = notices.reduce((sum, { count }) => sum + count, 0);
    return `${counted(alerts, "new alert")} on Parlance`;
  }
  if (notices.some((one) => one.kind === "import-failed")) return "An import has failed";
  return notices.length === 1 ? "An import is done" : `${notices.length} imports are done`;
};

const context = ["notices", "unsubscribe"];

/** Whether they may still be told by mail: they may open it, and did not change their mind. */
const stillWants = (user: UserRow | undefined, kind: Kind): user is UserRow => {
  if (user === undefined || user.state !== "active") return false;
  const { notices } = preferencesOf(user);
  return kind === "alerts" ? notices.alerts.mail !== "off" : notices.imports.mail;
};

interface Group {
  readonly organization: OrganizationId;
  readonly user: UserId;
  readonly kind: Kind;
  readonly notices: NoticeRow[];
}

/** One letter for each person, organization and kind. */
const groupsOf = (due: readonly OfOrganization<NoticeRow>[]): Group[] => {
  const groups = new Map<string, Group>();
  for (const { organization, ...notice } of due) {
    const [user, kind] = [notice.user_id, kindOf(notice)];
    const name = `${organization} ${user} ${kind}`;
    const group = groups.get(name) ?? { organization, user, kind, notices: [] };
    group.notices.push(notice);
    groups.set(name, group);
  }
  return [...groups.values()];
};

const sendGroup = async (parts: AccountParts, group: Group, url: string): Promise<void> => {
  const { organization, kind, notices } = group;
  const rows = readingOf(parts, organization);
  const ids = notices.map(({ id }) => id);
  const settle = (mail: string, at = 0) => settleNotices(rows, ids, { mail, mail_at: at });
  const user = await findUser(parts.database.system.rows, group.user);
  if (parts.mail === undefined || !stillWants(user, kind)) return settle("none");
  const told: Told[] = [];
  for (const one of gathered(notices)) {
    const mayRead = (await readersOf(rows, one.collection_id)).includes(user.id);
    const said = mayRead ? await toldOf(rows, one, url) : undefined;
    if (said !== undefined) told.push(said);
  }
  if (told.length === 0) return settle("none");
  const token = parts.keyring.seal(`${kind} ${user.id}`, context);
  try {
    await parts.mail.send(
      noticesLetter({
        to: user.email,
        subject: subjectOf(kind, gathered(notices)),
        told,
        unsubscribe: {
          page: `${url}/unsubscribe#token=${token}`,
          address: `${url}/api/v1/notices/unsubscribe?token=${token}`,
        },
      }),
    );
  } catch (error) {
    const tries = Math.max(...notices.map((one) => one.tries));
    const wait = RETRY_MS[tries];
    if (wait === undefined) warnOf(parts)(error);
    return wait === undefined ? settle("given-up") : settle("due", parts.now() + wait);
  }
  return settle("sent");
};

/**
 * Tells what happened since, and sends what is due. Several servers may do so at once.
 * @param url under which people reach the server
 * @param signal aborted: no further mail is begun
 */
export const tellNews = async (
  parts: AccountParts,
  url: string,
  signal?: AbortSignal,
): Promise<void> => {
  for (const news of await oldestNews(parts.database.system.rows, AT_ONCE))
    await tellOne(parts, news);
  const now = parts.now();
  // A transaction every few seconds would keep a disk awake for nothing.
  if (!(await isNoticeDue(parts.database.system.rows, now))) return;
  const due = await change(parts, (rows) =>
    takeDueNotices(rows, { now, until: now + LEASE_MS, limit: AT_ONCE }),
  );
  for (const group of groupsOf(due))
    if (signal?.aborted !== true) await sendGroup(parts, group, url);
};

/** What somebody was told in the app, of collections that they may open now. */
export const noticesOf = async (
  parts: AccountParts,
  scope: Scope,
  person: Person,
): Promise<Notice[]> => {
  const { rows } = parts.database.within(scope);
  const shown: Notice[] = [];
  for (const one of await listNotices(rows, person.id, SHOWN)) {
    const id = readUploadId(one.subject);
    const upload = id && (await findUpload(rows, id));
    const collection = await findCollection(rows, one.collection_id);
    if (!upload || upload.state === "erasing" || collection === undefined) continue;
    shown.push({
      id: one.id,
      kind: one.kind === "import-failed" ? "import-failed" : "import-done",
      collection: { id: collection.id, name: collection.name },
      upload: upload.id,
      filename: upload.filename,
      at: one.at,
      isSeen: one.seen_at !== null,
    });
  }
  return shown;
};

export const sawNotices = (parts: AccountParts, scope: Scope, person: Person): Promise<void> =>
  seeNotices(parts.database.within(scope).rows, person.id, parts.now());

/** Ends mails of one kind, for whoever has one of them. @throws ParlanceError rejected `link-used` (410) */
export const unsubscribe = async (parts: AccountParts, token: string): Promise<Kind> => {
  const opened = (() => {
    try {
      return parts.keyring.open(token, context);
    } catch {
      // Whoever made it up, or has it from the time of another secret, hears the same.
      return "";
    }
  })();
  const [kind, text = ""] = opened.split(" ");
  const id = readUserId(text);
  return change(parts, async (rows) => {
    const user = id && (await findUser(rows, id));
    if (!user || (kind !== "imports" && kind !== "alerts"))
      throw rejected("This link does not work any more.", {
        code: "link-used",
        status: 410,
        hint: "Sign in: what you are told is chosen in your profile.",
      });
    const known = preferencesOf(user);
    const notices =
      kind === "imports"
        ? { ...known.notices, imports: { ...known.notices.imports, mail: false } }
        : { ...known.notices, alerts: { ...known.notices.alerts, mail: "off" } };
    await changeUser(rows, user.id, { preferences: JSON.stringify({ ...known, notices }) });
    return kind;
  });
};
