// `parlance`: the command line.
import { type ArgsDef, type CommandDef, defineCommand, runCommand } from "citty";
import { diskFull, isDiskFull } from "#services/domain/disk-full.ts";
import { didYouMean } from "#services/domain/nearest-name.ts";
import { dropFailedOutput } from "#services/log/log.ts";
import { exitCodeOf, printFailure } from "./client/output.ts";
import { misuseOf, takesMany, takesText, wordsLast } from "./line/check-line.ts";
import { examples } from "./line/examples.ts";
import { misuse } from "./line/misuse.ts";
import { usageOf } from "./line/usage.ts";

const commands = {
  serve: async () => (await import("./commands/serve.ts")).serve,
  import: async () => (await import("./commands/import.ts")).importCommand,
  inspect: async () => (await import("./commands/inspect.ts")).inspectCommand,
  watch: async () => (await import("./commands/watch.ts")).watch,
  answer: async () => (await import("./commands/answer.ts")).answerCommand,
  search: async () => (await import("./commands/search.ts")).search,
  collections: async () => (await import("./commands/collections.ts")).collections,
  conversations: async () => (await import("./commands/conversations.ts")).conversations,
  uploads: async () => (await import("./commands/uploads.ts")).uploads,
  columns: async () => (await import("./commands/columns.ts")).columns,
  clean: async () => (await import("./commands/clean.ts")).clean,
  versions: async () => (await import("./commands/versions.ts")).versions,
  topics: async () => (await import("./commands/topics.ts")).topics,
  people: async () => (await import("./commands/people.ts")).people,
  trends: async () => (await import("./commands/trends.ts")).trends,
  map: async () => (await import("./commands/map.ts")).map,
  report: async () => (await import("./commands/report.ts")).report,
  jobs: async () => (await import("./commands/jobs.ts")).jobs,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  backup: async () => (await import("./commands/backup.ts")).backup,
  restore: async () => (await import("./commands/restore.ts")).restore,
  access: async () => (await import("./commands/access.ts")).access,
  accounts: async () => (await import("./commands/accounts.ts")).accounts,
  login: async () => (await import("./commands/login.ts")).login,
  logout: async () => (await import("./commands/logout.ts")).logout,
  orgs: async () => (await import("./commands/orgs.ts")).orgs,
  users: async () => (await import("./commands/users.ts")).users,
  sessions: async () => (await import("./commands/sessions.ts")).sessions,
  teams: async () => (await import("./commands/teams.ts")).teams,
  providers: async () => (await import("./commands/providers.ts")).providers,
  keys: async () => (await import("./commands/keys.ts")).keys,
  audit: async () => (await import("./commands/audit.ts")).audit,
  searches: async () => (await import("./commands/searches.ts")).searches,
  settings: async () => (await import("./commands/settings.ts")).settings,
  models: async () => (await import("./commands/models.ts")).models,
  storage: async () => (await import("./commands/storage.ts")).storage,
  db: async () => (await import("./commands/db.ts")).db,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  formats: async () => (await import("./commands/formats.ts")).formats,
  help: async () => (await import("./commands/help.ts")).help,
};

const main = defineCommand({
  meta: {
    name: "parlance",
    version: "0.1.0",
    description:
      "The self-hosted home for conversations. Uses the server at PARLANCE_URL, else the running server of PARLANCE_HOME, else opens PARLANCE_HOME directly.",
  },
  subCommands: commands,
});

const subCommand = async (name: string | undefined): Promise<CommandDef | undefined> => {
  if (name === undefined || !Object.hasOwn(commands, name)) return undefined;
  return (await commands[name as keyof typeof commands]()) as unknown as CommandDef;
};

const printUsage = async (command: CommandDef, of?: string) => {
  const usage =
    of === undefined
      ? await usageOf(command)
      : await usageOf(command, {
          parent: main as CommandDef,
          examples: examples.get(of) ?? [],
        });
  process.stdout.write(`${usage}\n`);
};

/** A hint for a command line that cannot be run. */
const seeHelp = (command: string | undefined): string =>
  command === undefined
    ? "`parlance --help` lists the commands, `parlance COMMAND --help` describes one."
    : `\`parlance ${command} --help\` describes it, with examples.`;

const start = async (args: readonly string[]) => {
  const [name, ...rest] = args;
  const options = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  // In a question, -h is a word: `parlance search df -h`.
  const isText = takesText.has(name ?? "");
  const wantsHelp =
    options.includes("--help") || (isText ? rest[0] === "-h" : options.includes("-h"));
  if (args.includes("--version") && (name === "--version" || name === undefined)) {
    process.stdout.write("0.1.0\n");
    return;
  }
  const command = await subCommand(name);
  if (command === undefined) {
    if (name === undefined || wantsHelp) await printUsage(main as CommandDef);
    else
      throw misuse(
        `There is no command “${name}”.${didYouMean(name, Object.keys(commands))}`,
        seeHelp(undefined),
      );
    return;
  }
  if (wantsHelp) {
    await printUsage(command as CommandDef, name);
    return;
  }
  const definitions = ((await command.args) ?? {}) as ArgsDef;
  const typed = isText ? wordsLast(definitions, rest) : rest;
  const wrong = misuseOf(name ?? "", definitions, {
    typed,
    takesMany: takesMany.has(name ?? ""),
  });
  if (wrong !== undefined) throw misuse(wrong, seeHelp(name));
  await runCommand(command, { rawArgs: typed });
};

/**
 * For `parlance topics | head`: a reader that stops reading is no failure. For `parlance topics > full-disk/file`: an output that
 * could not be written is one. For a server, standard output does not matter, and it continues.
 */
const endWithOutput = () => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    const failure = isDiskFull(error)
      ? diskFull("standard output was not written", { cause: error })
      : error;
    printFailure(failure, false);
    process.exit(exitCodeOf(failure));
  });
};

// Failures of standard error are ignored: it has progress, hints and errors only.
dropFailedOutput(process.stderr);
if (process.argv[2] !== "serve") endWithOutput();

try {
  await start(process.argv.slice(2));
} catch (error) {
  const failure =
    error instanceof Error && error.name === "CLIError"
      ? misuse(error.message, seeHelp(process.argv[2]))
      : error;
  printFailure(failure, process.argv.includes("--json"));
  process.exitCode = exitCodeOf(failure);
}
