// Passwords of servers: put into their addresses, and refused where everybody knows them.
import { rejected } from "#services/domain/errors.ts";
import { isLoopback } from "#services/domain/loopback.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the examples of this project and of others put where a password belongs. */
const EXAMPLE_SECRET = /^(change-?me.*|changeit|example|password|secret|guest|s3cret)$/iu;

/**
 * The address of a server with its password. One with signs of a URL (`@`, `/`, `%` …) can be given on its own, as it is.
 * @throws ParlanceError rejected `bad-setting` where the address has a password already, or no user
 */
export const withPassword = (
  address: string | undefined,
  password: string | undefined,
  name: string,
): string | undefined => {
  if (password === undefined) return address;
  const url = URL.parse(address ?? "");
  // Redis may have a password and no users.
  const hasUser = url?.username !== "" || /^rediss?:$/u.test(url.protocol);
  if (url === null || !hasUser || url.password)
    throw rejected(
      `${name} is set, but ${url?.password ? "the address contains a password too" : "there is no address with a user whose it is"}.`,
      {
        code: "bad-setting",
        hint: `Set ${name.replace(/PASSWORD$/u, "URL")} to an address with a user and without a password, for example …://parlance@host/parlance.`,
      },
    );
  url.password = encodeURIComponent(password);
  return url.href;
};

/** Refuses passwords that everybody knows, but for a server on this machine. @throws ParlanceError rejected `example-secret` */
export const refuseExamples = (env: Environment): void => {
  const refuse = (name: string) => {
    throw rejected(`${name} contains a password from an example, which everybody knows.`, {
      code: "example-secret",
      hint: "Put a long random one in its place, for example from `openssl rand -hex 24`, here and at the server that asks for it.",
    });
  };
  for (const service of [
    "PARLANCE_DATABASE",
    "PARLANCE_BROKER",
    "PARLANCE_VECTORS",
    "PARLANCE_REDIS",
  ]) {
    const url = URL.parse(env[`${service}_URL`] ?? "");
    if (!url || isLoopback(url.hostname)) continue;
    if (EXAMPLE_SECRET.test(decodeURIComponent(url.password))) refuse(`${service}_URL`);
    if (EXAMPLE_SECRET.test(env[`${service}_PASSWORD`] ?? "")) refuse(`${service}_PASSWORD`);
  }
  for (const name of ["AWS_SECRET_ACCESS_KEY", "PARLANCE_LLM_API_KEY", "PARLANCE_SECRET"])
    if (/^change-?me/iu.test(env[name] ?? "")) refuse(name);
};
