// Tries a directory: its connection, whoever may look people up, where they are, and one of them.
import { type Client, ResultCodeError } from "ldapts";
import type { TestStep } from "#services/contract/sign-in-providers.ts";
import { type DirectoryConfig, type DirectoryQuestions, openQuestions } from "../directory.ts";
import { roleOfGroups, type TeamOfGroups, teamsOfGroups } from "../provider-config.ts";
import { failed, ok, shown } from "./step.ts";

const codeOf = (error: unknown): string => {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === "string" ? code : cause === undefined ? "" : codeOf(cause);
};

const isUntrusted = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/u.test(code);

const connectionFailure = (error: unknown, { url, startTls }: DirectoryConfig): TestStep => {
  const name = "Connection";
  const code = codeOf(error);
  if (isUntrusted(code))
    return failed(
      name,
      `The certificate of the directory is not trusted (${code}).`,
      "Give the certificate of the authority that signed it, and use the name that the certificate is for.",
    );
  if (url.startsWith("ldap:") && startTls && code === "")
    return failed(
      name,
      "The connection could not be encrypted with StartTLS.",
      "Use ldaps://, where the directory offers it.",
    );
  return failed(
    name,
    `The directory does not answer (${code === "" ? "it ended the connection" : code}).`,
    "Check the address and the port, and that this server reaches it.",
  );
};

const bindStep = async (
  client: Client,
  questions: DirectoryQuestions,
  config: DirectoryConfig,
): Promise<TestStep> => {
  const { bindDn } = config;
  const name = "Looking people up";
  try {
    await questions.bind(client);
    return ok(name, bindDn === undefined ? "It is done anonymously." : `${bindDn} may sign in.`);
  } catch (error) {
    if (!(error instanceof ResultCodeError)) return connectionFailure(error, config);
    return failed(
      name,
      `The directory does not let ${bindDn ?? "anybody"} sign in (code ${error.code}).`,
      "Check the account that looks people up (bindDn) and its password.",
    );
  }
};

const baseStep = async (client: Client, { base }: DirectoryConfig): Promise<TestStep> => {
  const name = "Base";
  try {
    const { searchEntries } = await client.search(base, { scope: "base", attributes: ["1.1"] });
    if (searchEntries.length === 1) return ok(name, `${base} is there.`);
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
  }
  return failed(
    name,
    `There is no ${base}, or it may not be read.`,
    "Name the entry below which people are, such as ou=people,dc=example,dc=org.",
  );
};

const inTeams = (teams: readonly TeamOfGroups[]): string => {
  const names = teams.flatMap(({ name, isIn }) => (isIn ? [name] : []));
  return names.length === 0
    ? "in no team"
    : `in the ${names.length === 1 ? "team" : "teams"} ${names.join(", ")}`;
};

const sampleStep = async (
  client: Client,
  questions: DirectoryQuestions,
  { config, sample }: { readonly config: DirectoryConfig; readonly sample: string },
): Promise<TestStep> => {
  const name = `Search for ${shown(sample)}`;
  try {
    const found = await questions.find(client, sample);
    const [person] = found;
    if (found.length === 0)
      return failed(name, "Nobody is found.", `The filter is ${config.filter}.`);
    if (found.length > 1)
      return failed(
        name,
        "More than one is found: nobody could sign in so.",
        `The filter has to find one person. It is ${config.filter}.`,
      );
    if (person === undefined)
      return failed(
        name,
        "The entry has no e-mail address, or nothing that always stays the same.",
        `Name attributes that it has: now they are ${config.emailAttribute} and ${config.subjectAttribute}.`,
      );
    const role = roleOfGroups(config, person.groups);
    return ok(
      name,
      [
        `${shown(person.name ?? "Somebody")} (${shown(person.email)}), in ${person.groups.length === 1 ? "one group" : `${person.groups.length} groups`}`,
        ...(config.roles === undefined ? [] : [`as ${role ?? "viewer"}`]),
        ...(config.teams === undefined ? [] : [inTeams(teamsOfGroups(config, person.groups))]),
      ].join(", "),
    );
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    return failed(
      name,
      `The directory refuses the search (code ${error.code}).`,
      `Check the filter: ${config.filter}.`,
    );
  }
};

/** @param sample whom to look up, as a login on the sign-in page; nobody where it is left out */
export const tryDirectory = async (
  config: DirectoryConfig,
  sample: string | undefined,
): Promise<TestStep[]> => {
  const isEncrypted = config.url.startsWith("ldaps:") || config.startTls;
  try {
    const questions = openQuestions(config);
    return await questions.connected(async (client) => {
      const bound = await bindStep(client, questions, config);
      if (bound.name === "Connection") return [bound];
      const steps = [
        ok(
          "Connection",
          isEncrypted
            ? "The directory answers, and the connection is encrypted."
            : "The directory answers, on this very machine and without encryption.",
        ),
        bound,
      ];
      if (bound.state !== "ok") return steps;
      steps.push(await baseStep(client, config));
      if (sample !== undefined && steps.at(-1)?.state === "ok")
        steps.push(await sampleStep(client, questions, { config, sample }));
      return steps;
    });
  } catch (error) {
    return [connectionFailure(error, config)];
  }
};
