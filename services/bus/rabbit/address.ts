// The address of a RabbitMQ: what is shown of it, what is connected to, and errors without its password.

/**
 * Seconds. A connection without a sign of life for twice as long is given up by either side. Until RabbitMQ gives up one that says
 * nothing it holds the job that it sent there, however soon this side has another connection.
 */
const HEARTBEAT_S = 6;

const vhostOf = ({ pathname }: URL): string =>
  pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : "/";

/** Host, port and virtual host: never the user or the password. */
export const labelOf = (url: string): string => {
  const read = new URL(url);
  const port = read.port === "" ? (read.protocol === "amqps:" ? "5671" : "5672") : read.port;
  return `RabbitMQ at ${read.hostname}:${port}, virtual host ${vhostOf(read)}`;
};

/** The address with our heartbeat, unless it asks for another one. */
export const withHeartbeat = (url: string): string => {
  const read = new URL(url);
  if (!read.searchParams.has("heartbeat")) read.searchParams.set("heartbeat", String(HEARTBEAT_S));
  return read.href;
};

export interface Trouble {
  readonly problem: string;
  readonly hint: string;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

const hintOf = (error: unknown, text: string, url: string): string => {
  const queue = /queue '([^']+)' in vhost/u.exec(text)?.[1];
  if (/PRECONDITION_FAILED.*inequivalent/u.test(text) && queue !== undefined)
    return (
      `The queue ${queue} exists with other settings. Delete it: rabbitmqctl delete_queue ${queue} ` +
      `--vhost ${vhostOf(new URL(url))}. No job is lost: jobs are in the database, and are published again.`
    );
  if (/PRECONDITION_FAILED.*inequivalent/u.test(text))
    return "An exchange of ours exists with another type. Delete it: it is declared again by itself.";
  if (/ACCESS[_-]REFUSED/u.test(text))
    return "Correct the user, the password or the permissions of PARLANCE_BROKER_URL: it must configure, write and read ^parlance\\. in its virtual host.";
  if (/NOT_ALLOWED|vhost .* not found/u.test(text))
    return "Make the virtual host of PARLANCE_BROKER_URL (rabbitmqctl add_vhost), and give its user the permissions.";
  if (codeOf(error) === "ECONNREFUSED" || codeOf(error) === "ENOTFOUND")
    return "Start RabbitMQ, or correct the host and the port of PARLANCE_BROKER_URL.";
  return "It is connected to again by itself. If this stays, look into RabbitMQ's log.";
};

/** What is wrong, for people. */
export const troubleOf = (error: unknown, url: string): Trouble => {
  const { username, password } = new URL(url);
  const raw = error instanceof Error ? error.message || String(codeOf(error)) : String(error);
  const secrets = [password, decodeURIComponent(password), username && `${username}:`];
  const problem = secrets
    .filter((secret) => secret.length > 3)
    .reduce((text, secret) => text.replaceAll(secret, "…"), raw);
  return { problem, hint: hintOf(error, problem, url) };
};
