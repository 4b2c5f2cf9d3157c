// `parlance settings`: every setting of the server with its value and where that comes from; and those of the organization.
import { defineCommand } from "citty";
import { auditList, organization } from "#services/contract/organizations.ts";
import { type SettingList, settingList } from "#services/contract/server.ts";
import {
  lastChanges,
  type OrganizationSetting,
  settingText,
  sourceText,
} from "#services/contract/setting-words.ts";
import { ask, type Client } from "../client/client.ts";
import { json, line, paint, printable, table, when } from "../client/output.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const signInText = ({ on, source }: SettingList["signIn"]): string => {
  if (!on) return "Nobody signs in: whoever reaches the server is its owner.";
  return source === "environment"
    ? "People sign in, because others than this machine reach the server."
    : "People sign in: accounts were turned on.";
};

const printUnknown = ({ unknown }: SettingList): void => {
  for (const { name, near } of unknown)
    line(
      paint(
        "yellow",
        `${printable(name)} is no setting${near === null ? "." : `: perhaps ${near}.`}`,
      ),
    );
};

/** About one setting, everything. */
const printOne = (list: SettingList, given: string): void => {
  const name = given.toUpperCase().replace(/^(?!PARLANCE_)/u, "PARLANCE_");
  const found = list.settings.find((one) => one.name === name);
  if (found === undefined)
    throw misuse(
      `There is no setting “${printable(given)}”.`,
      "`parlance settings --all` lists all.",
    );
  line(paint("bold", found.name));
  line(found.meaning);
  line(`value    ${printable(settingText(found))} (${sourceText(found.source)})`);
  line(`default  ${found.default ?? "none, or by the machine"}`);
  if (found.allowed.length > 0) line(`allowed  ${found.allowed.join(", ")}`);
};

const print = (list: SettingList, all: boolean): void => {
  const shown = list.settings.filter(({ source }) => all || source !== "default");
  line(`Settings of ${list.host}. ${signInText(list.signIn)}`);
  printUnknown(list);
  if (shown.length > 0) {
    line();
    table(
      ["setting", "comes from", "value"],
      shown.map((one) => [one.name, sourceText(one.source), settingText(one)]),
    );
  }
  if (!all)
    line(
      paint(
        "dim",
        `${list.settings.length - shown.length} more have their default: --all lists them, \`parlance settings NAME\` explains one.`,
      ),
    );
};

const labels: Readonly<Record<OrganizationSetting, string>> = {
  name: "name",
  requiresSecondFactor: "every member needs a second factor",
  keepsSearchTexts: "what is searched for is kept",
};

const printOrganization = async (client: Client, asJson: boolean | undefined): Promise<void> => {
  const of = await ask(client, organization, { path: "/api/v1/organization" });
  const { entries } = await ask(client, auditList, {
    path: "/api/v1/audit?action=organization.change&limit=200",
  });
  const changes = lastChanges(entries);
  const rows = (["name", "requiresSecondFactor", "keepsSearchTexts"] as const).map((name) => ({
    name,
    value: of[name],
    changedBy: changes.get(name)?.actor ?? null,
    changedAt: changes.get(name)?.at ?? null,
  }));
  if (asJson) return json({ settings: rows });
  return table(
    ["setting of the organization", "value", "changed by", "at"],
    rows.map(({ name, value, changedBy, changedAt }) => [
      labels[name],
      typeof value === "boolean" ? (value ? "yes" : "no") : value,
      changedBy ?? "nobody",
      when(changedAt),
    ]),
  );
};

export const settings = defineCommand({
  meta: {
    name: "settings",
    description: "The settings of the server or the organization, and where each value comes from",
  },
  args: {
    name: { type: "positional", required: false, description: "Explain this one" },
    all: { type: "boolean", description: "Also those that nobody has set" },
    organization: {
      type: "boolean",
      description: "Those of the organization, and who changed them last",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const client = await openClient();
    try {
      if (args.organization) return await printOrganization(client, args.json);
      const list = await ask(client, settingList, { path: "/api/v1/settings" });
      if (args.json) return json(list);
      return args.name === undefined ? print(list, args.all === true) : printOne(list, args.name);
    } finally {
      await client.close();
    }
  },
});
