// The house test: which room may import which, how every file must start, and the few rules that a linter cannot check.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import {
  doors,
  floors,
  mayAssumeTheDefault,
  mayEnterAnywhere,
  mayHoldTheWhole,
  mayTouchAllRows,
  openRooms,
} from "./floors.ts";

const root = join(import.meta.dirname, "..", "..");
const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
const files = git("ls-files", "--cached", "--others", "--exclude-standard")
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));
const sources = files.filter(
  (path) => /\.tsx?$/.test(path) && !path.includes("/kernels/assembly/"),
);
const read = (path: string) => readFileSync(join(root, path), "utf8");
const isTest = (path: string) => /\.(test|suite|builders|bench)\.tsx?$/.test(path);

const roomOf = (path: string): string =>
  Object.keys(floors)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0] ?? path.split("/").slice(0, 2).join("/");

// import … from "x" · export … from "x" · import "x" · import("x")
const specifiers = /(?:from\s*|import\s*\(\s*|import\s+)["'](\.{1,2}\/[^"']+|#[^"']+)["']/g;

const importsOf = (path: string): string[] =>
  [...read(path).matchAll(specifiers)].map((match) => {
    const specifier = match[1] ?? "";
    return specifier.startsWith("#")
      ? specifier.slice(1)
      : normalize(join(dirname(path), specifier.split("?")[0] ?? specifier));
  });

const house = sources.filter((path) => !path.startsWith("infra/") && path.includes("/"));

describe("the house", () => {
  it("has no room that the floors do not know", () => {
    const unknown = house.filter((path) => floors[roomOf(path)] === undefined);
    expect(unknown).toEqual([]);
  });

  it("gives every room a door that exists", () => {
    expect(Object.keys(floors).filter((room) => !openRooms.includes(room) && !doors[room])).toEqual(
      [],
    );
    expect(
      Object.values(doors)
        .flat()
        .filter((door) => !files.includes(door)),
    ).toEqual([]);
  });

  it("imports only downwards, and through doors", () => {
    const sins: string[] = [];
    for (const path of house.filter((file) => !isTest(file))) {
      const from = roomOf(path);
      for (const target of importsOf(path)) {
        const to = roomOf(target);
        if (to === from || target.endsWith(".json") || target.endsWith(".css")) continue;
        if (!(floors[from] ?? []).includes(to))
          sins.push(`${path} may not import ${target}: ${from} → ${to}`);
        if (openRooms.includes(to) || mayEnterAnywhere.includes(from)) continue;
        if (!doors[to]?.includes(target))
          sins.push(`${path} goes past the door of ${to}: ${target}`);
      }
    }
    expect(sins).toEqual([]);
  });

  it("loads code that opens a home only when a command needs it", () => {
    const client = house.filter((path) => roomOf(path) === "cli" && !isTest(path));
    const static_ = /^import [^;]*?from\s*["'][^"']*embedded\/[^"']*["'];/m;
    expect(client.filter((path) => static_.test(read(path)))).toEqual([]);
  });

  it("has no import circles, not even of types", () => {
    const graph = new Map(
      house.filter((path) => !isTest(path)).map((path) => [path, importsOf(path)]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: string[]) => {
      const at = trail.indexOf(path);
      if (at >= 0) {
        circles.push([...trail.slice(at), path].join(" → "));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it("lets nobody import infra", () => {
    expect(
      house.filter((path) => importsOf(path).some((target) => target.startsWith("infra/"))),
    ).toEqual([]);
  });

  it("streams answers only where a failure destroys the connection", () => {
    const streams = /new (?:Readable|Transform)Stream\b|hono\/streaming|createReadStream/;
    const sinners = house.filter(
      (path) =>
        path.startsWith("services/api/") &&
        path !== "services/api/stream.ts" &&
        !isTest(path) &&
        streams.test(read(path)),
    );
    expect(sinners).toEqual([]);
  });

  it("starts every source file with a comment that says what it is", () => {
    const silent = sources.filter(
      (path) => !/^(#![^\n]*\n)?(\/\/ @[^\n]*\n)*(\/\/|\/\*\*?) ?\S/.test(read(path)),
    );
    expect(silent).toEqual([]);
  });

  it("keeps files within 400 lines", () => {
    const long = files
      .filter((path) => /\.(tsx?|js|cc|h|css|sql)$/.test(path))
      .map((path) => [path, read(path).split("\n").length - 1] as const)
      .filter(([, lines]) => lines > 400);
    expect(long).toEqual([]);
  });

  it("names files after their content", () => {
    const vague = sources.filter((path) =>
      /(^|\/)(index|utils?|helpers?|types|common-types)\.tsx?$/.test(path),
    );
    expect(vague.filter((path) => path !== "web/src/index.tsx")).toEqual([]);
    const grand = sources.filter((path) => /class \w+(Manager|Service)\b/.test(read(path)));
    expect(grand).toEqual([]);
  });

  it("casts to branded types in ids.ts and units.ts only", () => {
    const brands =
      /\bas (OrganizationId|CollectionId|UploadId|ConversationId|MessageId|ChunkId|BatchId|JobId|AnalysisId|TopicId|EditId|LabelId|ConceptId|AlertId|UserId|UserSessionId|ApiKeyId|TeamId|InvitationId|ShareId|Millis|Duration|Similarity|Bytes)\b/;
    const sinners = sources.filter(
      (path) =>
        !/services\/domain\/(ids|units)\.ts$/.test(path) &&
        path !== "infra/checks/house.test.ts" &&
        brands.test(read(path)),
    );
    expect(sinners).toEqual([]);
  });

  const ours = house.filter((path) => !isTest(path));
  const outside = (allowed: readonly string[], word: RegExp) =>
    ours.filter((path) => !allowed.includes(path) && word.test(read(path)));

  it("builds queries in the store only", () => {
    expect(
      ours.filter((path) => !path.startsWith("services/store/") && /from "kysely/.test(read(path))),
    ).toEqual([]);
  });

  it("uses rows of all organizations in listed files only", () => {
    expect(
      outside(mayTouchAllRows, /\.system\b|\{[^}]*\bsystem\b[^}]*\}: Database|SystemRows/),
    ).toEqual([]);
  });

  it("uses a Parlance without a scope in listed files only", () => {
    expect(outside(mayHoldTheWhole, /\bInstance\b[^;]*from "#services\/parlance\.ts"/)).toEqual([]);
  });

  it("assumes the default organization in listed files only", () => {
    expect(outside(mayAssumeTheDefault, /\bdefault(?:Scope|Organization)\b/)).toEqual([]);
  });

  it("names no table in raw SQL, where no organization would be added", () => {
    const listed =
      /const tenantTables = \{([^}]*)\}/.exec(read("services/store/table-owners.ts"))?.[1] ?? "";
    const tables = [...listed.matchAll(/(\w+): true/g)].map(([, name]) => name);
    expect(tables).toContain("messages");
    const brought = new RegExp(
      `\\b(?:from|join|into|update|table)\\s+"?(?:${tables.join("|")})\\b`,
      "i",
    );
    const sinners = ours
      .filter((path) => path.startsWith("services/store/") && !path.includes("/migrations/"))
      .filter((path) =>
        [...read(path).matchAll(/\bsql(?:<[^`]*?>)?`([^`]*)`|\bsql\.(raw|table)\(/g)].some(
          ([, text = "", unread]) => unread !== undefined || brought.test(text),
        ),
      );
    expect(sinners).toEqual([]);
  });

  it("gives no function more than four parameters", () => {
    // Read by a pattern: parameter lists without nested parentheses, which the style asks for anyway.
    const lists =
      /(?:function\s*\w*|\w+\s*[:=]\s*(?:async\s*)?)\(([^()]*)\)\s*(?::[^={]+)?(?:=>|\{)/g;
    const many: string[] = [];
    for (const path of house) {
      for (const [, list = ""] of read(path).matchAll(lists)) {
        const flat = list
          .replace(/[{[<][^{}[\]<>]*[}\]>]/g, "")
          .replace(/[{[<][^{}[\]<>]*[}\]>]/g, "");
        const count = flat.split(",").filter((part) => part.trim() !== "").length;
        if (count > 4) many.push(`${path}: (${list.replaceAll(/\s+/g, " ").slice(0, 80)})`);
      }
    }
    expect(many).toEqual([]);
  });

  it("has no path of a developer's machine and no mark of unfinished work", () => {
    const text = files.filter(
      (path) =>
        /\.(ts|tsx|js|cc|md|ya?ml|json|sh|html|css)$/.test(path) && path !== "package-lock.json",
    );
    const unfinished = new RegExp(["TO", "DO|FIX", "ME|\\bXX", "X\\b"].join(""));
    expect(text.filter((path) => unfinished.test(read(path)))).toEqual([]);
  });
});

describe("the documents", () => {
  const documents = files.filter((path) => path.endsWith(".md") && !path.startsWith("models/"));

  it("name only paths that exist", () => {
    const stale: string[] = [];
    const rooms = new Set(files.map((path) => path.split("/")[0] ?? ""));
    const generated = /(^|\/)(dist|node_modules|data|build)(\/|$)|[*{<…]/;
    for (const document of documents) {
      for (const [, path = ""] of read(document).matchAll(
        /`((?:[\w.-]+\/)+[\w.-]*|[\w-]+\.(?:ts|md|yml))`/g,
      )) {
        const isOurs = path.endsWith(".md") || rooms.has(path.split("/")[0] ?? "");
        if (!isOurs || generated.test(path) || path.startsWith("../")) continue;
        const candidates = [path, join(dirname(document), path)].map((p) => p.replace(/\/$/, ""));
        if (!candidates.some((candidate) => existsSync(join(root, candidate))))
          stale.push(`${document}: ${path}`);
      }
    }
    expect(stale).toEqual([]);
  });

  it("link only to files that exist", () => {
    const broken: string[] = [];
    for (const document of documents)
      for (const [, target = ""] of read(document).matchAll(
        /\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g,
      ))
        if (!existsSync(join(root, dirname(document), target)))
          broken.push(`${document}: ${target}`);
    expect(broken).toEqual([]);
  });
});
