// Builders for tests: a real LDAP server (OpenLDAP's slapd) on a port of its own, with a few people.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "ldapts";

const slapd = "/usr/sbin/slapd";
export const slapdIsMissing = (): string | undefined =>
  existsSync(slapd) ? undefined : "slapd is not installed (apt-get install slapd)";

export const directoryAdmin = { dn: "cn=admin,dc=example,dc=org", password: "directory admin" };

const suffix = "dc=example,dc=org";
const people = `ou=people,${suffix}`;

export interface DirectoryServer {
  readonly url: string;
  readonly people: string;
  /** Adds, or with other groups changes, somebody. */
  put(person: {
    readonly uid: string;
    readonly mail: string;
    readonly password: string;
    readonly groups?: readonly string[];
  }): Promise<void>;
  remove(uid: string): Promise<void>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** `memberOf` is a plain attribute here, so that a test says who is in which group. */
const configuration = (folder: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.99999.1 NAME 'memberOf' SUP name )
objectclass ( 1.3.6.1.4.1.99999.2 NAME 'grouped' AUXILIARY MAY memberOf )
pidfile ${folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "${suffix}"
rootdn "${directoryAdmin.dn}"
rootpw "${directoryAdmin.password}"
directory ${folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`;

const root = `dn: ${suffix}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ${people}
objectClass: organizationalUnit
ou: people
`;

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ url, connectTimeout: 500 });
  try {
    await client.bind(directoryAdmin.dn, directoryAdmin.password);
    return true;
  } catch {
    return false;
  } finally {
    await client.unbind().catch(() => undefined);
  }
};

export const aDirectoryServer = async (): Promise<DirectoryServer> => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-ldap-"));
  await mkdir(join(folder, "data"));
  const file = join(folder, "slapd.conf");
  await writeFile(file, configuration(folder));
  const loaded = spawnSync("/usr/sbin/slapadd", ["-f", file], { input: root, encoding: "utf8" });
  if (loaded.status !== 0) throw new Error(loaded.stderr);
  const url = `ldap://127.0.0.1:${await freePort()}`;
  // In the foreground, and saying nothing.
  const server: ChildProcess = spawn(slapd, ["-f", file, "-h", url, "-d", "0"], {
    stdio: "ignore",
  });
  for (let tries = 0; !(await answers(url)); tries++) {
    if (tries > 100) throw new Error("slapd does not answer.");
    await pause(100);
  }
  const asAdmin = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url });
    try {
      await client.bind(directoryAdmin.dn, directoryAdmin.password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  };
  const remove = (uid: string) => asAdmin((client) => client.del(`uid=${uid},${people}`));
  return {
    url,
    people,
    remove,
    put: async ({ uid, mail, password, groups = [] }) => {
      await remove(uid).catch(() => undefined);
      await asAdmin((client) =>
        client.add(`uid=${uid},${people}`, {
          objectClass: ["inetOrgPerson", "grouped"],
          uid,
          mail,
          cn: `${uid} of the directory`,
          sn: uid,
          userPassword: password,
          ...(groups.length === 0 ? {} : { memberOf: [...groups] }),
        }),
      );
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
