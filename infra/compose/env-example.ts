// The text of .env.example: what compose.prod.yml asks for, then every setting with its meaning, as services/config says it.
import { readSettings, type Setting } from "#services/config/setting-list.ts";

/** What compose files ask for beside settings: name, value in the example, meaning. */
const ofCompose = [
  [
    "MARIADB_PASSWORD",
    "change-me",
    "The database's password: a long random one. A `$` in it is written `$$`.",
  ],
  [
    "RABBITMQ_PASSWORD",
    "change-me",
    "RabbitMQ's password, likewise: for example from `openssl rand -hex 24`.",
  ],
  [
    "PARLANCE_SECRET",
    "change-me",
    "What tokens are signed and secrets are sealed with, the same for all servers: from `openssl rand -base64 48`. Keep it with the backups.",
  ],
  [
    "REDIS_PASSWORD",
    "",
    "With `--profile redis` and PARLANCE_REDIS_URL=redis://redis: Redis's password, likewise.",
  ],
  ["PUBLIC_PORT", "881", "The port of nginx, the only one that is open."],
  [
    "PUBLIC_ADDRESS",
    "127.0.0.1",
    "The address that nginx listens on: 0.0.0.0 for the network, and then with TLS (infra/nginx/listen.conf).",
  ],
  ["API_SERVERS", "2", "Containers that answer requests."],
  ["WORKERS", "2", "Containers that work on imports."],
  ["GPU_WORKERS", "1", "Containers that embed on a GPU, with `--profile gpu`."],
  [
    "MARIADB_BUFFER",
    "512M",
    "Memory in which the database keeps its pages: a quarter of the machine's.",
  ],
  [
    "INSIDE_ADDRESS",
    "",
    "For workers on other machines (compose.open.yml, compose.worker.yml): the first machine's address in their network.",
  ],
  [
    "INSIDE_ONLY",
    "false",
    "true: containers cannot reach anything outside, so no bucket, language model or webhook.",
  ],
  ["AWS_ACCESS_KEY_ID", "", "Credentials of the bucket, where PARLANCE_BLOBS_URL names one."],
  ["AWS_SECRET_ACCESS_KEY", "", "Its secret."],
] as const;

const asked = new Set<string>(ofCompose.map(([name]) => name));

/** Settings that compose.prod.yml sets itself: they follow from its services and folders. */
const fixed = new Set(
  [
    "PARLANCE_HOME PARLANCE_HOST PARLANCE_PORT PARLANCE_DATABASE_URL PARLANCE_BROKER_URL PARLANCE_INDEXES",
    "PARLANCE_ROLE",
  ].flatMap((names) => names.split(" ")),
);

const wrapped = (text: string): string =>
  (text.match(/.{1,118}(?:\s|$)/gu) ?? []).map((line) => `# ${line.trim()}`).join("\n");

const defaultOf = ({ byDefault = "" }: Setting): string => {
  const [, factor, power] = /^(\d+) \* 1024 \*\* (\d)$/u.exec(byDefault) ?? [];
  if (factor !== undefined) return String(Number(factor) * 1024 ** Number(power));
  return byDefault === "false" ? "" : byDefault;
};

const entry = (setting: Setting): string => {
  const values = setting.values.length === 0 ? "" : ` (${setting.values.join(", ")})`;
  const own = fixed.has(setting.name) ? " Set by compose.prod.yml; for servers without it." : "";
  return `${wrapped(`${setting.meaning}${values}${own}`)}\n#${setting.name}=${defaultOf(setting)}`;
};

/** The whole file. A setting that is not set has the default that is shown. */
export const envExample = (): string =>
  [
    wrapped(
      "Settings of infra/compose/compose.prod.yml. Copy this file to .env beside it, and replace every change-me: Parlance does not start with one. Made by infra/compose/write-env-example.ts from services/config.",
    ),
    "# --- What the compose file asks for ---",
    ...ofCompose.map(([name, value, meaning]) => `${wrapped(meaning)}\n${name}=${value}`),
    "# --- Settings of Parlance ---",
    ...readSettings()
      .filter(({ name }) => !asked.has(name))
      .map(entry),
  ]
    .join("\n\n")
    .concat("\n");
