// `parlance orgs`: the organizations of the server, what they have and may use; makes one, and sets what one may use.
import { defineCommand } from "citty";
import { madeOrganization, organizationList } from "#services/contract/organizations.ts";
import {
  limitText,
  quotaNames,
  quotaTitles,
  readLimit,
  usedText,
} from "#services/contract/quota-words.ts";
import {
  type OrganizationQuotas,
  organizationQuotas,
  type QuotaName,
  type QuotasPatch,
} from "#services/contract/quotas.ts";
import { rejected } from "#services/domain/errors.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { ask, type Client } from "../client/client.ts";
import { count, json, line, printable, table } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";
import { openClient } from "../open-client.ts";

const path = "/api/v1/organizations";

const organizationNamed = async (client: Client, name: string | undefined) => {
  if (name === undefined)
    throw misuse("Which organization?", "Write `parlance orgs quota Bakery`.");
  const { organizations } = await ask(client, organizationList, { path });
  const found = organizations.filter((one) => one.id === name || one.name === name);
  if (found.length > 1)
    throw misuse(
      `There are ${found.length} organizations called “${name}”.`,
      `Name it by its id: ${found.map(({ id }) => id).join(", ")}.`,
    );
  if (found[0] !== undefined) return found[0];
  const near = didYouMean(
    name,
    organizations.map((one) => one.name),
  );
  throw rejected(`There is no organization “${name}”.${near}`, {
    code: "unknown-organization",
    hint: "`parlance orgs` lists them.",
  });
};

/** @returns 0 for any number, null for what the server's settings say. @throws ParlanceError rejected `bad-argument` */
const limitOf = (option: string, name: QuotaName, text: string): number | null => {
  if (text === "any") return 0;
  if (text === "server") return null;
  const limit = readLimit(name, text);
  if (limit !== undefined) return limit;
  throw misuse(
    `“${text}” is no limit.`,
    `Write a number, as in --${option} ${name === "storedBytes" ? "10GB" : "600"}; any; or server, for what its settings say.`,
  );
};

const showQuotas = (quotas: OrganizationQuotas) =>
  table(
    ["quota", "used", "limit", "set by"],
    quotaNames.map((name) => {
      const { limit, used, own } = quotas[name];
      return [
        quotaTitles[name],
        used === null ? "not counted" : usedText(name, { limit: 0, used }),
        limitText(name, limit),
        own === null ? "the server's settings" : "this organization's quota",
      ];
    }),
  );

export const orgs = defineCommand({
  meta: {
    name: "orgs",
    description:
      "List the organizations of the server and what they have, make one, or set what one may use",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "list (default), make or quota",
    },
    name: { type: "positional", required: false, description: "The organization" },
    owner: { type: "string", description: "With make: e-mail address of its first owner" },
    requests: {
      type: "string",
      description: "With quota: requests in a minute, any, or server (as its settings say)",
    },
    tokens: { type: "string", description: "With quota: embedded tokens in a day, likewise" },
    bytes: { type: "string", description: "With quota: bytes of files, such as 10GB, likewise" },
    json: { type: "boolean", description: "Print JSON" },
  },
  run: async ({ args }) => {
    const action = actionOf("orgs", args.action, ["list", "make", "quota"]);
    const client = await openClient();
    try {
      if (action === "make") {
        const { name, owner } = args;
        if (name === undefined || owner === undefined)
          throw misuse(
            "Name the organization and its first owner.",
            "Write `parlance orgs make Bakery --owner anna@example.org`.",
          );
        const made = await ask(client, madeOrganization, { path, body: { name, owner } });
        if (args.json) return json(made);
        line(`${printable(name)} is there (${made.organization.id}).`);
        const { link } = made.invitation;
        if (link === null) return line(`An invitation was sent to ${printable(owner)}.`);
        line(`Pass this link on to ${printable(owner)}; it works once, within seven days:`);
        return line(`  ${link}`);
      }
      if (action === "quota") {
        const { requests, tokens, bytes } = args;
        const body: QuotasPatch = {
          ...(requests === undefined
            ? {}
            : { requestsPerMinute: limitOf("requests", "requestsPerMinute", requests) }),
          ...(tokens === undefined
            ? {}
            : { tokensPerDay: limitOf("tokens", "tokensPerDay", tokens) }),
          ...(bytes === undefined ? {} : { storedBytes: limitOf("bytes", "storedBytes", bytes) }),
        };
        const found = await organizationNamed(client, args.name);
        const quotas =
          Object.keys(body).length === 0
            ? found.quotas
            : await ask(client, organizationQuotas, {
                path: `${path}/${found.id}/quotas`,
                method: "PATCH",
                body,
              });
        return args.json ? json(quotas) : showQuotas(quotas);
      }
      const list = await ask(client, organizationList, { path });
      if (args.json) return json(list);
      if (list.organizations.length === 0)
        return line(
          "No organization is there yet: the first is made with the owner of the server.",
        );
      return table(
        [
          "organization",
          "members",
          "collections",
          "messages",
          "files",
          "embeddings",
          "requests/min",
          "tokens today",
          "jobs",
          "id",
        ],
        list.organizations.map((one) => [
          one.name,
          count(one.members),
          count(one.collections),
          count(one.messages),
          usedText("storedBytes", one.quotas.storedBytes),
          count(one.embeddings),
          usedText("requestsPerMinute", one.quotas.requestsPerMinute),
          usedText("tokensPerDay", one.quotas.tokensPerDay),
          count(one.jobs),
          one.id,
        ]),
      );
    } finally {
      await client.close();
    }
  },
});
