// Makes a clone ready to run, on the machine's own Node (18 or newer), once: packages, FAISS, the web app, the bundle. Later calls only look.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { use, usersNow, withLock } from "./install-lock.js";
import { packagesAreReady } from "./ready-packages.js";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const say = (line) => process.stderr.write(`parlance: ${line}\n`);
const fail = (line) => {
  say(line);
  process.exit(1);
};

const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
const succeeds = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const has = (command) => succeeds("sh", ["-c", `command -v ${command}`]);

/** The Node that runs Parlance: 24 from npm on Linux; elsewhere the machine's own, which must be 24 or newer. */
export const pinnedNode = () => {
  const packaged = join(
    root,
    "node_modules",
    `node-${process.platform}-${process.arch}`,
    "bin",
    "node",
  );
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(
    `Node 24 is needed and npm has no binary of it for ${process.platform}-${process.arch}: install Node 24 and start again.`,
  );
};

/**
 * The environment of what runs under the pinned Node. Compiled modules are kept beside the packages: a command starts four processes
 * that load some 400 modules each, and compiling TypeScript is most of what these cost.
 */
export const environment = () => ({
  NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "parlance"),
  // glibc gives each thread a pool of memory of its own, and keeps what was once large in all of them.
  MALLOC_ARENA_MAX: "2",
  ...process.env,
});

/** What root may do itself, or a person without asking for a password. */
const asRoot = () => {
  if (process.getuid?.() === 0) return [];
  return has("sudo") && succeeds("sudo", ["-n", "true"]) ? ["sudo", "-n"] : undefined;
};

/** Runs a command while services that it installs are not started, which is what Debian does otherwise (policy-rc.d says so to dpkg). */
const QUIETLY = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
"$@"`;

/** Installs Debian packages where that may be done without asking; true when they are there afterwards. Starts no service. */
export const aptInstall = (packages, why) => {
  const prefix = has("apt-get") ? asRoot() : undefined;
  if (prefix === undefined) return false;
  say(`installing ${packages.join(", ")} with apt-get (${why})`);
  const apt = (...args) => {
    const [command, ...rest] = [
      ...prefix,
      "sh",
      "-c",
      QUIETLY,
      "sh",
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      "-qq",
      ...args,
    ];
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  };
  const install = () => apt("install", "-y", "--no-install-recommends", ...packages);
  // A fresh machine has no package lists, an old one has stale ones: try, refresh, try again.
  return install() || (apt("update") && install());
};

/** The same in a clone that was copied or moved. */
const digestOf = (paths) => {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(relative(root, path)).update(readFileSync(path));
  return hash.digest("hex");
};

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !["node_modules", "dist"].includes(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
    )
    .sort();

const stampPath = (name) => join(root, "node_modules", `.parlance-${name}`);
const isStamped = (name, value) =>
  existsSync(stampPath(name)) && readFileSync(stampPath(name), "utf8") === value;
const stamp = (name, value) => writeFileSync(stampPath(name), value);

const installPackages = () => {
  const wanted = digestOf(
    ["package.json", "package-lock.json", ".npmrc"].map((name) => join(root, name)),
  );
  if (isStamped("packages", wanted)) return;
  if (packagesAreReady(root)) {
    stamp("packages", wanted);
    return;
  }
  const users = usersNow(root);
  if (users.length > 0)
    fail(
      `other packages are needed than those that are installed, and Parlance runs from them (process ${users.join(", ")}): stop it, then start again.`,
    );
  say("installing packages (a minute or two, once)");
  // npm tells its scripts where it lives; outside of npm the command is found by name.
  const npm = process.env.npm_execpath?.endsWith(".js")
    ? [process.execPath, [process.env.npm_execpath]]
    : ["npm", []];
  const env = { ...process.env, npm_config_loglevel: "error" };
  const { status } = run(npm[0], [...npm[1], "ci", "--no-audit", "--no-fund"], { env });
  if (status !== 0)
    fail(
      "npm ci failed: is the npm registry reachable? Your conversations are not touched by this; start again to try again.",
    );
  stamp("packages", wanted);
};

const buildFaiss = async () => {
  if (process.env.PARLANCE_FAISS === "off") return;
  const native = await import("../index-store/native/build.js");
  let result = native.buildBinding();
  if (result.status === "missing" && !isStamped("faiss-declined", result.reason)) {
    const packages = ["libfaiss-dev", "libopenblas-dev", "libomp-dev", "g++"];
    if (
      process.platform === "linux" &&
      aptInstall(packages, "FAISS, for large indexes; PARLANCE_FAISS=off leaves it")
    )
      result = native.buildBinding();
    else
      say(
        `FAISS is not installed; carrying on with the built-in scan engine. To have it: apt-get install ${packages.join(" ")} (then start again)`,
      );
    // Said once, not at every start; `parlance doctor` says it whenever asked.
    if (result.status === "missing") stamp("faiss-declined", result.reason);
  }
  if (result.status === "failed")
    say(`the FAISS binding could not be built, carrying on without it: ${result.reason}`);
};

const buildWeb = () => {
  const sources = ["web", "services/contract", "services/domain"].flatMap((folder) =>
    filesBelow(join(root, folder)),
  );
  const wanted = digestOf([...sources, join(root, "package-lock.json")]);
  if (isStamped("web", wanted) && existsSync(join(root, "web", "dist", "index.html"))) return;
  say("building the web app");
  const { status } = run(pinnedNode(), [
    join(root, "node_modules", "vite", "bin", "vite.js"),
    "build",
    "web",
    "--logLevel",
    "error",
  ]);
  if (status !== 0) fail("the web app could not be built (see above)");
  stamp("web", wanted);
};

const BUNDLES = join(root, "dist");

/** What is left of a bundle that was being written when its process ended is not complete, and lacks this file, which is written last. */
const WHOLE = "whole";

/**
 * The program as a bundle of these sources, which starts in half the time; made where it is missing.
 * @returns its path, or that of the sources where no bundle can be made
 */
const bundleProgram = () => {
  const sources = ["cli", "services", "workers", "index-store"]
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((path) => /(?<!\.(?:test|suite|builders|bench))\.ts$/.test(path));
  const digest = digestOf([
    ...sources,
    join(root, "bin", "bundle.js"),
    join(root, "package-lock.json"),
  ]);
  const name = digest.slice(0, 16);
  const program = join(BUNDLES, name, "parlance.js");
  if (existsSync(join(BUNDLES, name, WHOLE))) return program;
  // Programs that run from an older bundle load parts of it later.
  if (usersNow(root).length === 0) rmSync(BUNDLES, { recursive: true, force: true });
  const { status } = run(pinnedNode(), [join(root, "bin", "bundle.js"), join(BUNDLES, name)]);
  if (status !== 0) {
    say("starting from the sources, which takes longer: they could not be joined (see above)");
    return join(root, "cli", "main.ts");
  }
  writeFileSync(join(BUNDLES, name, WHOLE), "");
  return program;
};

/**
 * Everything a start needs. `packages` alone is enough for commands that show no page.
 * @returns the path of the program to run
 */
export const install = async ({ web = true } = {}) => {
  if (!existsSync(join(root, "package-lock.json")))
    fail("package-lock.json is missing: is this a whole clone?");
  const wait = (pid) => say(`process ${pid} is installing here: waiting until it is done`);
  return await withLock(
    root,
    async () => {
      mkdirSync(join(root, "node_modules"), { recursive: true });
      installPackages();
      await buildFaiss();
      if (web) buildWeb();
      const program = bundleProgram();
      // Before anybody else may install: this process is about to run from the packages.
      use(root, process.pid);
      return program;
    },
    wait,
  );
};

/** To be called with a program that was started from the packages: it may outlive this process. */
export const started = (child) => {
  if (child.pid !== undefined) use(root, child.pid);
  return child;
};

const installMissing = (wanted, why) => {
  const missing = wanted.filter(([, present]) => !present()).map(([name]) => name);
  if (missing.length > 0 && !aptInstall(missing, why))
    say(`not installed, so some tests will be skipped: ${missing.join(", ")}`);
};

/**
 * The tools of the tests that are Debian packages: a browser, git-lfs, FAISS for Python; and with `services` the servers that the tests
 * start on ports of their own. Absent ones make their tests say "skipped".
 */
export const installTestTools = ({ services = false } = {}) => {
  installMissing(
    [
      // Without a window: all that the tests need, at half the processor time (infra/e2e/chromium.ts).
      ["chromium-headless-shell", () => has("chromium-headless-shell")],
      ["git-lfs", () => has("git-lfs")],
      ["python3-faiss", () => succeeds("/usr/bin/python3", ["-c", "import faiss"])],
      ["strace", () => has("strace")],
    ],
    "for the tests",
  );
  // Apart from the others, which are not to be missing because one of these cannot be had.
  if (services)
    installMissing(
      [
        ["mariadb-server", () => existsSync("/usr/sbin/mariadbd")],
        ["postgresql", () => existsSync("/usr/lib/postgresql")],
        ["rabbitmq-server", () => existsSync("/usr/lib/rabbitmq/bin/rabbitmq-server")],
        ["nginx", () => existsSync("/usr/sbin/nginx")],
        ["slapd", () => existsSync("/usr/sbin/slapd")],
      ],
      "servers for the tests, which are not started as services of this machine",
    );
};
