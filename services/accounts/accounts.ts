// The door of accounts: whether people sign in here, who asks, and everything that they and their admins do about it.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
import type { Quotas } from "#services/config/account-settings.ts";
import type { AuthState } from "#services/contract/accounts.ts";
import { type ParlanceError, rejected } from "#services/domain/errors.ts";
import { defaultOrganization } from "#services/domain/ids.ts";
import {
  forgetGone,
  forgetNotices,
  forgetPast,
  readServerSetting,
  writeServerSetting,
} from "#services/store/store.ts";
import { openAuditLog } from "./audit.ts";
import { cutAuditLogs } from "./audit-retention.ts";
import { type Callers, openCallers } from "./callers.ts";
import { hasOwner, makeOwner, makeSetupLink } from "./links.ts";
import { sweepLooks } from "./looking.ts";
import { DEVICE_KNOWN_MS } from "./new-devices.ts";
import { checkNewPassword, minPasswordLength } from "./new-password.ts";
import { tellNews } from "./notices.ts";
import { type AccountParts, change, changeIn } from "./parts.ts";
import { openPasswords } from "./passwords.ts";
import { openQuotas, type QuotaWatch } from "./quotas.ts";
import { sealAgain } from "./sealing.ts";
import { adoptByFirstOwner } from "./standing.ts";
import { openTokens } from "./tokens.ts";

export { type AuditEvent, type AuditLog, actorOf } from "./audit.ts";
export { signIn } from "./by-password.ts";
export type { Callers, Identity } from "./callers.ts";
export { type ElsewhereOutcome, finishElsewhere, startElsewhere } from "./elsewhere.ts";
export { receiveForm } from "./elsewhere-forms.ts";
export { identitiesOf, startLink, unlink } from "./identities.ts";
export { deleteKey, makeKey, makeScimKey, shownKeys } from "./keys.ts";
export {
  acceptInvitation,
  forgot,
  linkOf,
  readInvitation,
  resetPassword,
  setUp,
} from "./links.ts";
export { beginLook, looksAs, stopLook } from "./looking.ts";
export {
  addProvider,
  changeProvider,
  removeProvider,
  shownProviders,
} from "./managed-providers.ts";
export { endSessionOf, endSessionsOf, sessionsOfMember } from "./member-sessions.ts";
export { membersTable } from "./members-table.ts";
export { noticesOf, sawNotices, unsubscribe } from "./notices.ts";
export {
  changeTheMember,
  changeTheOrganization,
  invitationsOf,
  invite,
  membersOf,
  readOrganization,
  removeTheMember,
  resetLinkFor,
  resetSecondFactor,
  withdraw,
} from "./organization.ts";
export { changeQuotas } from "./organization-quotas.ts";
export { makeOrganization, organizationsOf, quotasOf } from "./organizations.ts";
export { deletePerson, exportOf, ownedBy } from "./own-data.ts";
export {
  askForProof,
  askToSignIn,
  beginPasskey,
  deletePasskey,
  finishPasskey,
  nameThePasskey,
  passkeysOf,
  proveByPasskey,
  signInByPasskey,
} from "./own-passkeys.ts";
export { type AccountParts, type Origin, type Person, readingOf } from "./parts.ts";
export { returnAddress } from "./pending-sign-in.ts";
export {
  accountOf,
  beginTotp,
  changePassword,
  changePerson,
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
  sessionsOf,
  switchOrganization,
} from "./people.ts";
export { pictureOf, removeOwnPicture, setOwnPicture } from "./pictures.ts";
export {
  type Asked,
  changePersonTo,
  listPeople,
  makePerson,
  type Page,
  readPerson,
  removePerson,
} from "./provisioned-people.ts";
export {
  changeGroupTo,
  listGroups,
  makeGroup,
  readGroup,
  removeGroup,
} from "./provisioned-teams.ts";
export type { Left, QuotaWatch } from "./quotas.ts";
export type { Policy } from "./refused-by.ts";
export { register, verifyAddress } from "./registration.ts";
export { hasRight, type Right, readOnlyView, requireRight } from "./rights.ts";

export { endSessions, refreshSession, type Signed, sessionOfToken } from "./sessions.ts";
export {
  checkShared,
  makeShare,
  openShared,
  openSharedFiles,
  type SharedThing,
  sharesOf,
  withdrawShare,
} from "./shares.ts";
export { type SignInOutcome, secondFactor } from "./sign-in.ts";
export { accessOfCollection, changeTeam, makeTeam, peopleOf, setAccess, teamsIn } from "./teams.ts";
export { testNewProvider, testProvider } from "./tested-providers.ts";

const SWITCH = "accounts";
/** Whether accounts are on is asked again after so long: another server may have turned them on. */
const SWITCH_MS = 2000;
/** Sign-ins, links and tries that are over are kept so long, for the list of sessions and the log. */
const PAST_MS = 86_400_000;
/** What people were told is kept so long. */
const NOTICES_MS = 90 * 86_400_000;

export interface Accounts {
  readonly parts: AccountParts;
  readonly callers: Callers;
  /** Whether people sign in. Where not, whoever reaches the server is its owner. */
  isOn(): Promise<boolean>;
  /**
   * From now on people sign in.
   * @param url under which the server is reached
   * @returns the link that makes the first owner; undefined where there is one already
   */
  turnOn(url: string): Promise<string | undefined>;
  /** From now on nobody has to sign in; people and what they have stay. */
  turnOff(): Promise<void>;
  /**
   * Where nobody owns the server yet: the link that makes the first owner.
   * @param which "known" is the one that other servers of this database show, good for another day at least; "new" ends those of before
   */
  setupLink(url: string, which: "known" | "new"): Promise<string | undefined>;
  /** Makes the first owner, where there is none. @throws ParlanceError rejected `weak-password` */
  makeFirstOwner(given: {
    readonly email: string;
    readonly name: string;
    readonly password: string;
  }): Promise<boolean>;
  state(): Promise<AuthState>;
  /** Removes what is over, and seals with the current secret what was sealed with the one before. */
  sweep(): Promise<void>;
  /**
   * Tells people what happened in their collections, and sends the mails that are due; several servers may do so at once.
   * @param url under which the server is reached
   * @param signal aborted: no further mail is begun; what is left is sent later
   */
  tellNews(url: string, signal?: AbortSignal): Promise<void>;
  readonly quotas: QuotaWatch;
  close(): Promise<void>;
}

export interface AccountOptions extends Omit<AccountParts, "tokens" | "passwords" | "audit"> {
  /** People sign in whatever the database says: others than this machine reach the server. */
  readonly isRequired: boolean;
  readonly quotas?: Quotas;
  /** Days for which entries of the audit log are kept; 0 for ever. */
  readonly auditDays?: number;
  /** Seals the audit log: see sealing.ts. */
  readonly auditKey: Buffer | ParlanceError;
}

/** Nothing is limited. */
const noQuotas: Quotas = {
  requestsPerMinute: 0,
  organizationRequestsPerMinute: 0,
  embeddedTokensPerDay: 0,
  storedBytes: 0,
};

export const openAccounts = ({
  isRequired,
  quotas: limits = noQuotas,
  auditKey,
  auditDays = 0,
  ...given
}: AccountOptions): Accounts => {
  const parts: AccountParts = {
    ...given,
    tokens: openTokens(given.keyring, given.now),
    passwords: openPasswords(),
    audit: openAuditLog(auditKey),
  };
  const callers = openCallers(parts);
  const quotas = openQuotas(parts, limits);
  let known: { readonly at: number; readonly on: Promise<boolean> } | undefined;
  const isOn = (): Promise<boolean> => {
    if (isRequired) return Promise.resolve(true);
    const at = performance.now();
    if (known !== undefined && at - known.at < SWITCH_MS) return known.on;
    const on = readServerSetting(parts.database.system.rows, SWITCH).then((text) => text === "on");
    known = { at, on };
    // Where the database does not answer nobody is let in: the question is asked again.
    on.catch(() => {
      known = undefined;
    });
    return on;
  };
  const turn = async (to: "on" | "off") => {
    await changeIn(parts, defaultOrganization, async (rows, all) => {
      await writeServerSetting(all, SWITCH, to === "on" ? "on" : null);
      if (to === "on") await adoptByFirstOwner(rows);
      const actor = { name: "operator", id: null };
      const target = defaultOrganization;
      return { result: undefined, event: { actor, action: `accounts.${to}`, target } };
    });
    known = undefined;
    callers.forget();
  };
  return {
    parts,
    callers,
    isOn,
    async turnOn(url) {
      if (!(await isOn())) await turn("on");
      return makeSetupLink(parts, url, "new");
    },
    async turnOff() {
      if (isRequired)
        throw rejected("Others than this machine reach this server: people have to sign in.", {
          code: "accounts-required",
          status: 409,
          hint: "Set PARLANCE_HOST=127.0.0.1 first.",
        });
      await turn("off");
    },
    setupLink: (url, which) => makeSetupLink(parts, url, which),
    async makeFirstOwner({ email, name, password }) {
      if (await hasOwner(parts)) return false;
      checkNewPassword(password, { names: [name, email], hasSecondFactor: false });
      const hash = await parts.passwords.hash(password);
      await change(parts, (rows) => makeOwner(parts, rows, { email, name, hash }));
      return true;
    },
    async state() {
      const accounts = await isOn();
      if (accounts) await parts.providers.refresh();
      return {
        accounts,
        needsOwner: accounts && !(await hasOwner(parts)),
        registration:
          parts.registration === undefined ? null : { domains: [...parts.registration] },
        mail: parts.mail !== undefined,
        providers: parts.providers.list().map(({ id, name }) => ({ id, name })),
        passwordLength: minPasswordLength(false),
      };
    },
    quotas,
    async close() {
      await parts.counters.close();
      parts.mail?.close();
    },
    async sweep() {
      await forgetPast(parts.database.system.rows, {
        before: parts.now() - PAST_MS,
        unusedSince: parts.now() - DEVICE_KNOWN_MS,
      });
      await forgetNotices(parts.database.system.rows, parts.now() - NOTICES_MS);
      await forgetGone(parts.database.system.rows);
      await sweepLooks(parts);
      await cutAuditLogs(parts, auditDays);
      await sealAgain(parts);
    },
    tellNews: (url, signal) => tellNews(parts, url, signal),
  };
};
