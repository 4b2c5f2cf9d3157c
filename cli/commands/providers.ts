// `parlance providers`: where people may sign in instead of with a password here; adds, changes, tests, turns off and removes one.
import { readFileSync } from "node:fs";
import { defineCommand } from "citty";
import { z } from "zod";
import {
  addressFields,
  DIRECTORY,
  type SignInKind,
  type SignInProvider,
  secretFields,
  signInKind,
  signInKinds,
  signInProvider,
  signInProviderList,
  type TestedProvider,
  testedProvider,
} from "#services/contract/sign-in-providers.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask, type Client, tell } from "../client/client.ts";
import { count, json, line, paint, printable, table } from "../client/output.ts";
import { confirm } from "../confirm.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";
import { readSecret } from "../secret-input.ts";

const path = "/api/v1/sign-in-providers";
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;

const providersOf = (client: Client) => ask(client, signInProviderList, { path });

const providerNamed = async (client: Client, id: string | undefined): Promise<SignInProvider> => {
  if (id === undefined) throw misuse("Which provider?", "`parlance providers` lists them.");
  const { providers } = await providersOf(client);
  const found = providers.filter((one) => one.id === id).at(-1);
  if (found !== undefined) return found;
  const near = didYouMean(
    id,
    providers.map((one) => one.id),
  );
  throw rejected(`There is no sign-in provider “${id}”.${near}`, {
    code: "unknown-provider",
    hint: "`parlance providers` lists them.",
  });
};

const stateOf = ({ problem, state }: SignInProvider): string =>
  problem === null ? state : "does not work";

const list = async (client: Client, asJson: boolean | undefined): Promise<void> => {
  const all = await providersOf(client);
  if (asJson) return json(all);
  if (all.providers.length === 0)
    line("People sign in with passwords of this server only: `parlance providers add ID`.");
  else
    table(
      ["id", "name", "kind", "state", "from", "people", "only there"],
      all.providers.map((one) => [
        one.id,
        one.name,
        one.kind,
        stateOf(one),
        one.source === "setting" ? "settings" : "added",
        count(one.people),
        count(one.peopleOnlyByIt),
      ]),
    );
  for (const { id, problem } of all.providers)
    if (problem !== null) line(paint("yellow", printable(`${id}: ${problem}`)));
};

interface Given {
  readonly id?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly settings?: string | undefined;
  readonly secretFile?: string | undefined;
  readonly metadata?: string | undefined;
  readonly secret?: boolean | undefined;
  readonly sample?: string | undefined;
  readonly try?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const fields = z.record(z.string(), z.unknown());

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw misuse(
      `${file} cannot be read (${(cause as { code?: string }).code ?? "unknown reason"}).`,
      "Name a file that is there.",
    );
  }
};

const readSettings = (file: string): Readonly<Record<string, unknown>> => {
  try {
    return fields.parse(JSON.parse(readText(file)));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError)
      // The error quotes what it read, and that may be a secret.
      throw misuse(`${file} holds no JSON object.`, 'Write it so: {"issuer": "https://…"}.');
    throw cause;
  }
};

/** What the options and the file say; no settings where they say nothing. The name counts wherever it stands. */
const saidIn = ({ settings: file, issuer, clientId, metadata, ...given }: Given) => {
  const { name: nameInFile, ...inFile } = file === undefined ? {} : readSettings(file);
  const settings: Readonly<Record<string, unknown>> = {
    ...inFile,
    ...(issuer === undefined ? {} : { issuer }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(metadata === undefined ? {} : { metadata: readText(metadata) }),
  };
  const name = given.name ?? nameInFile;
  return { name, settings: Object.keys(settings).length === 0 ? undefined : settings };
};

/** From the file, or typed; never from an argument. */
const secretsOf = async (kind: SignInKind, { secretFile }: Given) => {
  const [field] = secretFields[kind];
  if (field === undefined) return {};
  if (kind === "saml" && secretFile === undefined)
    throw misuse("Where is the private key?", "Name its file: --secret-file key.pem");
  const secret =
    secretFile === undefined
      ? await readSecret(kind === "ldap" ? "Password of bindDn" : "Client secret")
      : readText(secretFile).trim();
  return { [field]: secret };
};

const kindOf = (text: string | undefined): SignInKind => {
  const read = signInKind.safeParse(text);
  if (read.success) return read.data;
  throw misuse(
    text === undefined ? "Which kind is it?" : `There is no kind “${text}”.`,
    `Add --kind ${signInKinds.join(", ")}.`,
  );
};

const showTest = ({ ok, steps }: TestedProvider): void => {
  const marks = { ok: paint("green", "✓"), failed: paint("red", "✗"), unclear: "?" };
  for (const { name, state, detail, hint } of steps) {
    line(`${marks[state]} ${printable(name)}: ${printable(detail)}`);
    if (hint !== null) line(paint("dim", `  ${printable(hint)}`));
  }
  if (!ok) process.exitCode = 1;
};

const add = async (client: Client, given: Given): Promise<void> => {
  const kind = kindOf(given.kind);
  const id = given.id ?? (kind === "ldap" ? DIRECTORY : undefined);
  if (id === undefined)
    throw misuse("Which id does it get?", "Write `parlance providers add ID --kind oidc`.");
  const { name = id, settings = {} } = saidIn(given);
  const needsSecret =
    (kind !== "ldap" || settings["bindDn"] !== undefined) &&
    (kind !== "saml" || settings["certificate"] !== undefined) &&
    !secretFields[kind].some((field) => settings[field] !== undefined);
  const secrets = needsSecret ? await secretsOf(kind, given) : {};
  const body = { id, kind, name, settings, secrets };
  if (given.try) {
    const { sample } = given;
    const tested = await ask(client, testedProvider, {
      path: `${path}/test`,
      body: { ...body, ...(sample === undefined ? {} : { sample }) },
    });
    return given.json ? json(tested) : showTest(tested);
  }
  const made = await ask(client, signInProvider, {
    path,
    body: { ...body, ...(given.yes ? { confirmed: true } : {}) },
  });
  if (given.json) return json(made);
  line(`${printable(made.name)} is there. \`parlance providers test ${id}\` tests it.`);
  if (made.redirectUri !== null) {
    line("Enter this redirect address at the provider:");
    line(`  ${made.redirectUri}`);
  }
};

const change = async (client: Client, known: SignInProvider, given: Given): Promise<void> => {
  const { name, settings } = saidIn(given);
  const { id, kind } = known;
  // Kept secrets are not sent to another address.
  const isMoved = addressFields.some(
    (field) => settings?.[field] !== undefined && settings[field] !== known.settings[field],
  );
  const isAsked = given.secret || given.secretFile !== undefined;
  const isMissing =
    isMoved && known.secrets.length > 0 && !known.secrets.some((field) => settings?.[field]);
  if (isMissing && !isAsked && !given.json)
    line("The address changes, so that the secret has to be given again.");
  const secrets = isAsked || isMissing ? await secretsOf(kind, given) : undefined;
  if (name === undefined && settings === undefined && secrets === undefined)
    throw misuse(
      "What is to change?",
      "Add --name, --issuer, --client-id, --settings, --secret-file or --secret.",
    );
  const made = await ask(client, signInProvider, {
    path: at(id),
    method: "PATCH",
    body: {
      ...(name === undefined ? {} : { name }),
      ...(settings === undefined ? {} : { settings: { ...known.settings, ...settings } }),
      ...(secrets === undefined ? {} : { secrets }),
      ...(given.yes ? { confirmed: true } : {}),
    },
  });
  if (given.json) return json(made);
  line(`${printable(made.name)} is changed. \`parlance providers test ${id}\` tests it.`);
};

const test = async (client: Client, { id }: SignInProvider, given: Given): Promise<void> => {
  const tested = await ask(client, testedProvider, {
    path: `${at(id)}/test`,
    body: given.sample === undefined ? {} : { sample: given.sample },
  });
  return given.json ? json(tested) : showTest(tested);
};

/** How many people would be locked out, where there are any. */
const lossOf = ({ state, peopleOnlyByIt: people }: SignInProvider): string =>
  state === "off" || people === 0
    ? ""
    : people === 1
      ? " One person signs in only there, and could not sign in any more."
      : ` ${count(people)} people sign in only there, and could not sign in any more.`;

const turn = async (client: Client, known: SignInProvider, to: "on" | "off", given: Given) => {
  const loss = lossOf(known);
  const name = printable(known.name);
  if (to === "off" && loss !== "") await confirm(`Turn ${name} off?${loss}`, given.yes === true);
  const body = { state: to, confirmed: loss !== "" };
  await ask(client, signInProvider, { path: at(known.id), method: "PATCH", body });
  line(to === "on" ? `People can sign in with ${name}.` : `Nobody signs in with ${name} now.`);
};

const remove = async (client: Client, known: SignInProvider, given: Given) => {
  const name = printable(known.name);
  await confirm(`Remove ${name}?${lossOf(known)}`, given.yes === true);
  await tell(client, { path: at(known.id), method: "DELETE", body: { confirmed: true } });
  line(`${name} is gone. Whoever is signed in stays so.`);
};

const actions = ["list", "add", "change", "test", "off", "on", "remove"] as const;

export const providers = defineCommand({
  meta: {
    name: "providers",
    description:
      "List where people may sign in instead; add, change, test, turn off or on, or remove a provider",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: `list (default), ${actions.slice(1).join(", ")}`,
    },
    id: { type: "positional", required: false, description: "The id of the provider" },
    kind: { type: "string", description: `With add: ${signInKinds.join(", ")}` },
    name: { type: "string", description: "With add and change: as the button says it" },
    issuer: { type: "string", description: "With add and change: the address of the provider" },
    metadata: {
      type: "string",
      description: "With add and change, of kind saml: a file with the XML of the provider",
    },
    "client-id": { type: "string", description: "With add and change: as the provider gave it" },
    settings: {
      type: "string",
      description: "With add and change: a JSON file with these and all other fields",
    },
    "secret-file": {
      type: "string",
      description:
        "With add and change: a file with the secret; add, and a change of the address, ask where it is left out",
    },
    secret: { type: "boolean", description: "With change: ask for another secret" },
    try: { type: "boolean", description: "With add: test it only" },
    sample: { type: "string", description: "With test of a directory: whom to look up" },
    yes: {
      type: "boolean",
      alias: "y",
      description: "With add, off, change and remove: do not ask",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("providers", args.action, actions);
    const { "client-id": clientId, "secret-file": secretFile } = args;
    const given: Given = { ...args, clientId, secretFile };
    const client = await openClient();
    try {
      if (action === "list") return await list(client, given.json);
      if (action === "add") return await add(client, given);
      const known = await providerNamed(client, given.id);
      switch (action) {
        case "change":
          return await change(client, known, given);
        case "test":
          return await test(client, known, given);
        case "remove":
          return await remove(client, known, given);
        case "on":
        case "off":
          return await turn(client, known, action, given);
      }
    } finally {
      await client.close();
    }
  },
});
