// A vitest globalSetup: starts the private servers that PARLANCE_TEST_SERVICES names and gives their addresses to the tests.
import { available, type Service, type ServiceKind, startService } from "../chaos/services.ts";

/** The variable by which the tests of each kind find their server. */
const addresses: Record<ServiceKind, string> = {
  mariadb: "PARLANCE_TEST_MARIADB_URL",
  postgres: "PARLANCE_TEST_POSTGRES_URL",
  rabbitmq: "PARLANCE_TEST_BROKER_URL",
};

/** The HTTP API of the broker, where tests make virtual hosts of their own. */
const BROKER_ADMIN = "PARLANCE_TEST_BROKER_ADMIN_URL";

const kinds = Object.keys(addresses) as ServiceKind[];

/** The kinds that PARLANCE_TEST_SERVICES names: some of mariadb, postgres and rabbitmq, or all; none where it is not set. */
const wanted = (list: string): ServiceKind[] => {
  const names = list.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  const unknown = names.filter((name) => name !== "all" && !kinds.some((kind) => kind === name));
  if (unknown.length > 0)
    throw new Error(
      `PARLANCE_TEST_SERVICES names ${unknown.join(", ")}; it may name ${kinds.join(", ")} or all`,
    );
  return kinds.filter((kind) => names.includes("all") || names.includes(kind));
};

/** Starts what is wanted and installed, and was not given as an address. Returns what ends it. */
export const setup = async (): Promise<() => Promise<void>> => {
  const can = available();
  const missing = wanted(process.env["PARLANCE_TEST_SERVICES"] ?? "").filter(
    (kind) => (process.env[addresses[kind]] ?? "") === "",
  );
  for (const kind of missing.filter((one) => !can[one]))
    process.stdout.write(`not installed, so its tests are skipped: ${kind}\n`);
  const started: Service[] = [];
  const teardown = async () => {
    await Promise.all(started.splice(0).map((service) => service.remove()));
  };
  try {
    await Promise.all(
      missing
        .filter((kind) => can[kind])
        .map(async (kind) => {
          const service = await startService(kind);
          started.push(service);
          // Workers are started after this, with this process's environment.
          process.env[addresses[kind]] = service.url;
          if (service.adminUrl !== undefined) process.env[BROKER_ADMIN] = service.adminUrl;
        }),
    );
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
};
