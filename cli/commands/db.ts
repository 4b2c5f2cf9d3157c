// `parlance db`: the database itself, without a server: its state, its migrations, copies to and from files and servers.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { defineCommand } from "citty";
import { type Config, readConfig } from "#services/config/config.ts";
import { rejected } from "#services/domain/errors.ts";
import { count, json, line } from "../client/output.ts";
import { actionOf } from "../line/action-of.ts";
import { misuse } from "../line/misuse.ts";

interface Wish {
  readonly config: Config;
  readonly file: string | undefined;
  readonly to: string | undefined;
  readonly asJson: boolean;
}

const required = (file: string | undefined, action: string): string => {
  if (file !== undefined) return resolve(file);
  throw misuse(`\`parlance db ${action}\` needs a file.`, `\`parlance db ${action} parlance.db\``);
};

const newFile = (path: string): string => {
  if (existsSync(path))
    throw rejected(`${path} exists already.`, {
      code: "file-exists",
      hint: "Choose another name.",
    });
  if (!existsSync(dirname(path)))
    throw rejected(`${path} cannot be written: its folder does not exist.`, {
      code: "not-writable",
      hint: "Make the folder first, or choose another place.",
    });
  return path;
};

const existing = (path: string): string => {
  if (existsSync(path)) return path;
  throw rejected(`There is no file ${path}.`, {
    code: "no-such-file",
    hint: "Name a file that `parlance db backup FILE` wrote.",
  });
};

const care = () => import("../embedded/embedded.ts");
const sayTable = (asJson: boolean) => (table: string) => {
  if (!asJson && process.stderr.isTTY) process.stderr.write(`\r\u001b[Kcopying ${table} …`);
};
const endProgress = (asJson: boolean) => {
  if (!asJson && process.stderr.isTTY) process.stderr.write("\r\u001b[K");
};

const status = async ({ config, asJson }: Wish) => {
  const { configuredPlace, stateOfDatabase, whereOf } = await care();
  const place = configuredPlace(config);
  const state = await stateOfDatabase(place);
  const where = whereOf(place);
  if (asJson) return json({ where, ...state });
  line(where);
  line(
    `schema: ${state.applied.at(-1) ?? "none"}, ${count(state.applied.length)} migrations applied`,
  );
  if (state.missing.length > 0)
    line(`missing: ${state.missing.join(", ")} (\`parlance db migrate\`, or the next start)`);
  if (state.unknown.length > 0)
    line(`unknown: ${state.unknown.join(", ")}: a newer Parlance has been there`);
};

const migrate = async ({ config, asJson }: Wish) => {
  const { configuredPlace, migrateDatabase, whereOf } = await care();
  const applied = await migrateDatabase(config);
  const where = whereOf(configuredPlace(config));
  if (asJson) json({ where, applied });
  else line(`${where}: ${applied.length === 0 ? "up to date" : `applied ${applied.join(", ")}`}`);
};

const backup = async ({ config, file, asJson }: Wish) => {
  const target = newFile(required(file, "backup"));
  await (await care()).backUpDatabase(config, target);
  if (asJson) json({ file: target });
  else line(`${target}: a complete copy, as an SQLite file`);
};

const copied = (
  where: string,
  done: { readonly tables: Readonly<Record<string, number>>; readonly rows: number },
  asJson: boolean,
) => {
  if (asJson) return json({ to: where, ...done });
  const { messages = 0, conversations = 0 } = done.tables;
  line(
    `${where}: ${count(done.rows)} rows, counted again there (conversations: ${count(conversations)}, entries: ${count(messages)})`,
  );
};

const restore = async ({ config, file, asJson }: Wish) => {
  const source = existing(required(file, "restore"));
  const { configuredPlace, copyBetween, whereOf } = await care();
  const to = configuredPlace(config);
  const done = await copyBetween({
    from: { path: source, url: undefined },
    to,
    home: config.home,
    onTable: sayTable(asJson),
  }).finally(() => endProgress(asJson));
  copied(whereOf(to), done, asJson);
};

const copy = async ({ config, to: address, asJson }: Wish) => {
  if (address === undefined)
    throw misuse(
      "`parlance db copy` needs --to.",
      "`parlance db copy --to mysql://user:password@host/parlance`",
    );
  const { databaseUrl } = readConfig({ PARLANCE_DATABASE_URL: address });
  const { configuredPlace, copyBetween, whereOf } = await care();
  const to = { path: "", url: databaseUrl };
  const done = await copyBetween({
    from: configuredPlace(config),
    to,
    home: config.home,
    onTable: sayTable(asJson),
  }).finally(() => endProgress(asJson));
  copied(whereOf(to), done, asJson);
  if (!asJson)
    line(
      "Set PARLANCE_DATABASE_URL to it, and start Parlance with the same PARLANCE_HOME: uploads and indexes stay there.",
    );
};

const actions = { status, migrate, backup, restore, copy };

export const db = defineCommand({
  meta: {
    name: "db",
    description: "The database itself: status, migrate, backup, restore, copy",
  },
  args: {
    action: {
      type: "positional",
      required: false,
      description: "status, migrate, backup FILE, restore FILE, copy --to URL",
    },
    file: { type: "positional", required: false, description: "An SQLite file" },
    to: {
      type: "string",
      description: "Address of an empty database: mysql://… or postgres://…",
    },
    json: { type: "boolean", description: "Print JSON" },
  },
  async run({ args }) {
    const action = actionOf("db", args.action, ["status", "migrate", "backup", "restore", "copy"]);
    await actions[action]({
      config: readConfig(process.env),
      file: args.file,
      to: args.to,
      asJson: args.json === true,
    });
  },
});
