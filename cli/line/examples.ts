// Examples of each command, for its help.

/** What is typed after `parlance`, by command. */
export const examples: ReadonlyMap<string, readonly string[]> = new Map([
  ["serve", ["serve", "serve --demo --port 8788"]],
  [
    "import",
    [
      "import ~/Downloads/export.zip --collection Work --wait",
      "import logs/ notes.jsonl -c Work",
      "import export.zip -c Work --inspect",
      'import talk.csv --columns "text=Nachricht,author=Von,time=Datum(dmy)"',
    ],
  ],
  [
    "inspect",
    [
      "inspect ~/Downloads/export.zip",
      "inspect logs/ chat.txt --zone Europe/Berlin",
      "inspect export.zip --collection Work",
    ],
  ],
  ["formats", ["formats", "formats whatsapp", "formats slack --json"]],
  [
    "watch",
    ["watch ~/.claude/projects", "watch ~/.codex/sessions -c Codex --rest 60", "watch logs --once"],
  ],
  [
    "answer",
    ["answer how do we refund a double charge", 'answer "who fixed the printer" -c Work --limit 5'],
  ],
  [
    "search",
    [
      "search connection refused -c Work",
      'search "exact words" -nvidia from:anna after:2024-03',
      "search in:#ubuntu kind:exchange --mode words",
    ],
  ],
  ["collections", ["collections", "collections delete Work"]],
  [
    "conversations",
    [
      "conversations --collection Work --title invoice",
      "conversations cnv_ID --all",
      "conversations suggest cnv_ID",
      "conversations merge cnv_ID cnv_OTHER --preview",
      "conversations unmerge cnv_MERGED",
    ],
  ],
  [
    "columns",
    [
      "columns --collection Work",
      "columns show upl_ID",
      'columns set upl_ID "text=Question+Answer,time=Date(mdy)"',
    ],
  ],
  [
    "clean",
    [
      "clean --collection Work",
      "clean preview email=mask,token=refuse -c Work",
      "clean set email=mask,leave-out=bots+code",
      "clean report -c Work --out found.csv",
    ],
  ],
  [
    "uploads",
    [
      "uploads --collection Work",
      "uploads show upl_ID",
      "uploads confirm upl_ID",
      "uploads retry upl_ID",
      "uploads delete upl_ID",
    ],
  ],
  [
    "versions",
    [
      "versions --collection Work",
      "versions tag 3 before-cleanup",
      "versions untag before-cleanup",
    ],
  ],
  [
    "topics",
    [
      "topics --collection Work",
      'topics --topic "Printers" --messages',
      'topics --merge "Printers,Scanners" --into "Printers"',
      'topics --move chk_ID,chk_ID --into "Scanners"',
      "topics --undo last",
    ],
  ],
  [
    "people",
    [
      "people --collection Work",
      'people join anna "Anna Berg" aberg --shown "Anna Berg"',
      "people suggest --accept sure",
      "people bot deploy ci",
      "people me anna",
      "people undo last",
    ],
  ],
  [
    "trends",
    [
      "trends --collection Work --figure hours",
      'trends --figure volume,people --after 2024-03 --topic "Printers"',
      "trends --figure volume --csv",
    ],
  ],
  ["map", ["map --collection Work --out map.svg", "map --out points.csv"]],
  ["report", ["report --collection Work --out work.html"]],
  ["jobs", ["jobs", "jobs retry all", "jobs cancel job_ID", "jobs --everywhere"]],
  ["export", ["export --collection Work --out work.jsonl", "export --format markdown -o work.md"]],
  ["backup", ["backup parlance-backup.tar"]],
  ["restore", ["restore parlance-backup.tar"]],
  [
    "db",
    ["db status", "db backup parlance.db", "db copy --to postgres://user:password@host/parlance"],
  ],
  [
    "access",
    [
      "access --collection Work",
      "access give anna@example.org --level read -c Work",
      "access take everybody -c Work",
    ],
  ],
  ["accounts", ["accounts", "accounts enable", "accounts setup-link"]],
  ["login", ["login https://chats.example.org"]],
  ["logout", ["logout https://chats.example.org"]],
  [
    "users",
    [
      "users",
      "users --csv",
      "users invite anna@example.org --role admin",
      "users role anna@example.org --role viewer",
      "users suspend anna@example.org",
      'users look anna@example.org --reason "ticket 17"',
    ],
  ],
  [
    "sessions",
    [
      "sessions --of anna@example.org",
      "sessions end sig_ID --of anna@example.org",
      "sessions end all --of anna@example.org",
    ],
  ],
  [
    "orgs",
    [
      "orgs",
      "orgs make Bakery --owner anna@example.org",
      "orgs quota Bakery --requests 600 --bytes 10GB",
      "orgs quota Bakery --tokens any --bytes server",
    ],
  ],
  ["teams", ["teams", "teams make Support", "teams members Support --set anna@example.org"]],
  [
    "providers",
    [
      "providers",
      "providers add work --kind oidc --settings work.json",
      "providers add github --kind github --client-id ID --secret-file key",
      "providers add company --kind saml --metadata idp.xml",
      "providers test directory --sample anna",
      "providers off work",
    ],
  ],
  ["keys", ["keys", "keys make Entra --scope scim", "keys delete key_ID"]],
  ["audit", ["audit --what sign-in", "audit verify", "audit export --out audit.csv"]],
  ["searches", ["searches --days 90", "searches --csv searches-by-day", "searches texts on"]],
  ["settings", ["settings", "settings stored_bytes", "settings --organization"]],
  [
    "models",
    [
      "models",
      "models suggest",
      "models add sentence-transformers/all-MiniLM-L6-v2",
      "models bench parlance-static-en-v1",
      'models try acme/model -c Team "why did the deploy fail"',
    ],
  ],
  ["storage", ["storage", "storage --json"]],
  ["doctor", ["doctor", "doctor --json"]],
  ["help", ["help words", "help exit-codes"]],
]);
