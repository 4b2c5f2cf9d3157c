// `npm run chaos`: disturbs real servers in every scenario, checks exactly what is left, and prints a line for each.
import { parseArgs } from "node:util";
import { complaints } from "./checker.ts";
import {
  canRun,
  kindsOf,
  openProfile,
  type Profile,
  type ProfileName,
  profileNames,
} from "./profile.ts";
import { type Outcome, type Scenario, seededBy } from "./scenario.ts";
import { commits } from "./scenarios/commits.ts";
import { damage } from "./scenarios/damage.ts";
import { diskFull } from "./scenarios/disk-full.ts";
import { failpoints } from "./scenarios/failpoints.ts";
import { network } from "./scenarios/network.ts";
import { brokerKills, databaseKills } from "./scenarios/service-kills.ts";
import { workerKills } from "./scenarios/worker-kills.ts";

const scenarios: readonly Scenario[] = [
  workerKills,
  failpoints,
  databaseKills,
  brokerKills,
  network,
  commits,
  diskFull,
  damage,
];

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    profile: { type: "string" },
    /** Number of faults instead of the scenario's own. */
    faults: { type: "string" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
  },
});

// Whatever was started is ended by the exit of this process (`process.once("exit")` where it is started).
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.once(signal, () => process.exit(code));

const RECOVERED_MS = 30_000;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** One line of the table. */
const row = (name: string, profile: ProfileName, outcome: Outcome, ms: number): string => {
  const slowest = Math.max(0, ...outcome.recoveries);
  const cells = [
    name,
    profile,
    outcome.faults,
    outcome.confirmed,
    ...Object.values(outcome.verdict).map((items: readonly string[]) => items.length),
    `${(slowest / 1000).toFixed(1)} s`,
    `${Math.round(ms / 1000)} s`,
    values.seed,
    outcome.notes.join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
};

const head = [
  "| scenario | profile | faults | confirmed | lost | hidden | duplicated | unexpected | slowest recovery | time | seed | notes |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|",
];

const chosen = profileNames.filter(
  (name) => values.profile === undefined || values.profile.split(",").includes(name),
);
const wanted = scenarios.filter(
  ({ name }) => values.only === undefined || values.only.split(",").includes(name),
);

const rows: string[] = [];
let failed = 0;
let passed = 0;
let skipped = 0;

const runOne = async (scenario: Scenario, profileName: ProfileName): Promise<void> => {
  const wishes = { name: profileName, kinds: kindsOf(profileName) };
  if (!scenario.runsOn(wishes, values.quick)) return;
  let profile: Profile | undefined;
  try {
    profile = await openProfile(profileName);
    const begun = performance.now();
    const outcome = await scenario.run({
      profile,
      count: (full, quick) => Number(values.faults ?? (values.quick ? quick : full)),
      random: seededBy(Number(values.seed), `${scenario.name} ${profileName}`),
      say: (line) =>
        values.verbose &&
        print(
          `  ${((performance.now() - begun) / 1000).toFixed(0)} s ${scenario.name} on ${profileName}: ${line}`,
        ),
    });
    const said = complaints(outcome.verdict);
    const slow = outcome.recoveries.filter((ms) => ms > RECOVERED_MS).length;
    // How quick a recovery is depends on what else the machine does: a quick run, which runs beside other things, only tells it.
    const late = slow === 0 || values.quick ? "" : `${slow} recoveries took over 30 s`;
    const wrong = [said, late].filter(Boolean);
    if (wrong.length > 0) failed++;
    else passed++;
    rows.push(row(scenario.name, profileName, outcome, performance.now() - begun));
    print(`${wrong.length === 0 ? "ok    " : "FAILED"} ${rows.at(-1)} ${wrong.join(", ")}`);
  } catch (error) {
    failed++;
    print(`FAILED ${scenario.name} on ${profileName} (seed ${values.seed}): ${error}`);
  } finally {
    await profile?.close();
  }
};

for (const name of chosen)
  if (canRun(name)) for (const scenario of wanted) await runOne(scenario, name);
  else {
    skipped++;
    print(`skipped: ${name} is not installed`);
  }

print("");
for (const line of [...head, ...rows]) print(line);
print(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
