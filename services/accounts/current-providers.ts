// The sign-in providers as they are now: those of the settings, and those that were added here, on whichever server.
import { DIRECTORY, type SignInProvider } from "#services/contract/sign-in-providers.ts";
import { ParlanceError } from "#services/domain/errors.ts";
import type { Clock } from "#services/domain/units.ts";
import {
  type Database,
  listSignInProviders,
  type SignInProviderRow,
  type SystemRows,
} from "#services/store/store.ts";
import { type Directory, type DirectoryConfig, openDirectory } from "./directory.ts";
import type { ProviderConfig } from "./provider-config.ts";
import {
  type CheckedProvider,
  checkedProvider,
  type ProviderParts,
  partsOf,
  type WayIn,
  wayInOf,
} from "./provider-kinds.ts";
import { openProviders, type Providers, redirectUriAt } from "./providers.ts";
import { providerSecretsOf } from "./sealed-for.ts";
import type { Keyring } from "./secrets.ts";

/** Those that were added are read again after so long: another server may have changed them. */
const KNOWN_MS = 2000;

/** What the settings name. */
export interface SettingProviders {
  readonly providers: readonly ProviderConfig[];
  readonly directory: DirectoryConfig | undefined;
}

/** One of them, whether people can sign in there or not. */
export interface KnownProvider extends ProviderParts, Pick<SignInProvider, "state" | "problem"> {
  /** Undefined: it is of the settings. */
  readonly row: SignInProviderRow | undefined;
  /** Undefined where there is a problem. */
  readonly checked: CheckedProvider | undefined;
}

export interface CurrentProviders extends Providers {
  /** The directory whose passwords are taken; undefined where there is none. */
  directory(): Directory | undefined;
  /** All of them: those of the settings, then the others as they were added. */
  known(): readonly KnownProvider[];
  /** Those where people can sign in, the directory among them, as they are inside a transaction. */
  waysIn(rows: SystemRows): Promise<readonly WayIn[]>;
  /** Reads those that were added, unless they were read within two seconds; before, the others are there only. */
  refresh(): Promise<void>;
  /** They were changed here: the next `refresh` reads them. */
  forget(): void;
  /** The address that a provider with this id would have to be told; undefined where it is not set how people reach this server. */
  redirectUriOf(id: string): string | undefined;
}

export interface CurrentProvidersOptions {
  readonly settings: SettingProviders;
  readonly database: Pick<Database, "system">;
  readonly keyring: Keyring;
  readonly now: Clock;
  /** How people reach this server, without a slash at its end. */
  readonly publicUrl: string | undefined;
}

const problemOf = (error: unknown): string => {
  // A mistake of ours.
  if (!(error instanceof ParlanceError)) throw error;
  return error.kind === "corrupt"
    ? "Its secrets cannot be opened: they were sealed with a PARLANCE_SECRET that this server does not have. Type them again."
    : `${error.message} Change it, then it works.`;
};

const knownOfSettings = ({ providers, directory }: SettingProviders): KnownProvider[] => {
  const fixed = { state: "on", problem: null, row: undefined } as const;
  return [
    ...providers.map((config): KnownProvider => {
      const checked = { sends: "to a page", config } as const;
      return { ...partsOf(config, config), ...fixed, checked };
    }),
    ...(directory === undefined
      ? []
      : [
          {
            ...partsOf(
              { id: DIRECTORY, kind: "ldap", name: directory.name ?? "Directory" },
              directory,
            ),
            ...fixed,
            checked: { sends: "a password", config: directory } as const,
          },
        ]),
  ];
};

const knownOfRow = (
  row: SignInProviderRow,
  { keyring, settings }: Pick<CurrentProvidersOptions, "keyring" | "settings">,
): KnownProvider => {
  const { id, kind, name, sealed } = row;
  const parts = {
    id,
    kind: kind as ProviderParts["kind"],
    name,
    settings: JSON.parse(row.settings) as ProviderParts["settings"],
    secrets: {},
  };
  const state = row.state === "on" ? "on" : "off";
  const isTaken =
    id === DIRECTORY
      ? settings.directory !== undefined
      : settings.providers.some((other) => other.id === id);
  const known = { ...parts, state, row, checked: undefined } as const;
  let secrets: ProviderParts["secrets"] = {};
  try {
    if (sealed !== null)
      secrets = JSON.parse(keyring.open(sealed, providerSecretsOf(id))) as typeof secrets;
    if (isTaken)
      return { ...known, secrets, problem: "The settings of the server have one with this id." };
    const checked = checkedProvider({ ...parts, secrets });
    return { ...known, secrets, problem: null, checked };
  } catch (error) {
    return { ...known, secrets, problem: problemOf(error) };
  }
};

const knownOf = (
  rows: readonly SignInProviderRow[],
  options: Pick<CurrentProvidersOptions, "keyring" | "settings">,
): KnownProvider[] => [
  ...knownOfSettings(options.settings),
  ...rows.map((row) => knownOfRow(row, options)),
];

/** Whether people can sign in there. */
export const isUsed = ({ state, checked }: KnownProvider): boolean =>
  state === "on" && checked !== undefined;

interface Open {
  readonly known: readonly KnownProvider[];
  readonly providers: Providers;
  readonly directory: Directory | undefined;
}

/** @param fixed the directory of the settings */
const opened = (
  rows: readonly SignInProviderRow[],
  options: CurrentProvidersOptions,
  fixed: Directory | undefined,
): Open => {
  const { keyring, now, publicUrl } = options;
  const known = knownOf(rows, options);
  const usable = known.flatMap(({ state, checked }) =>
    state === "off" || checked === undefined ? [] : [checked],
  );
  const asked = usable.find((one) => one.sends === "a password");
  const directory = fixed ?? (asked && openDirectory(asked.config));
  const sent = usable.flatMap((one) => (one.sends === "to a page" ? [one.config] : []));
  const providers = openProviders(sent, {
    // Without one nobody is sent anywhere: none can be added.
    publicUrl: publicUrl ?? "http://localhost",
    keyring,
    now,
    ...(directory === undefined ? {} : { further: { [DIRECTORY]: directory.policy } }),
  });
  return { known, providers, directory };
};

/** Asks nothing yet. @throws what `openDirectory` throws for that of the settings */
export const openCurrentProviders = (options: CurrentProvidersOptions): CurrentProviders => {
  const { database, publicUrl } = options;
  // Its files are read once, at the start, where whoever runs the server sees what is wrong with them.
  const { directory: ofSettings } = options.settings;
  const fixed = ofSettings && openDirectory(ofSettings);
  let open = opened([], options, fixed);
  let openedFrom = "[]";
  let read: { readonly at: number; readonly done: Promise<void> } | undefined;
  let asked = 0;
  let answered = 0;
  const look = async () => {
    const turn = ++asked;
    const rows = await listSignInProviders(database.system.rows);
    // What was asked for before a change may arrive after it.
    if (turn < answered) return;
    answered = turn;
    const found = JSON.stringify(rows);
    // Otherwise what was read of each provider, such as its keys, would be asked for again every two seconds.
    if (found === openedFrom) return;
    open = opened(rows, options, fixed);
    openedFrom = found;
  };
  return {
    list: () => open.providers.list(),
    policy: (id) => open.providers.policy(id),
    redirectUri: (id) => open.providers.redirectUri(id),
    start: (id, about) => open.providers.start(id, about),
    peek: (id, cookie) => open.providers.peek(id, cookie),
    finish: (id, answer) => open.providers.finish(id, answer),
    receive: (id, form) => open.providers.receive(id, form),
    metadata: (id) => open.providers.metadata(id),
    directory: () => open.directory,
    known: () => open.known,
    waysIn: async (rows) =>
      knownOf(await listSignInProviders(rows), options)
        .filter(isUsed)
        .map(wayInOf),
    refresh: () => {
      const at = performance.now();
      if (read !== undefined && at - read.at < KNOWN_MS) return read.done;
      const done = look();
      const mine = { at, done };
      read = mine;
      done.catch(() => {
        if (read === mine) read = undefined;
      });
      return done;
    },
    forget: () => {
      read = undefined;
    },
    redirectUriOf: (id) => (publicUrl === undefined ? undefined : redirectUriAt(publicUrl, id)),
  };
};
