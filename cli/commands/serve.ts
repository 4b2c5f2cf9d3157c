// `parlance serve`: runs the server, with its workers, until it is stopped.
import { defineCommand } from "citty";
import { misuse } from "../line/misuse.ts";

export const serve = defineCommand({
  meta: {
    name: "serve",
    description: "Serve the web app and the API on PARLANCE_HOST:PARLANCE_PORT",
  },
  args: {
    demo: {
      type: "boolean",
      description: "Load the sample conversations first, unless they are loaded already",
    },
    "accept-empty": {
      type: "boolean",
      description:
        "Start with an empty home if its database is missing, damaged or of another home; the old content is moved aside",
    },
    port: { type: "string", description: "Port to listen on, instead of PARLANCE_PORT" },
    role: {
      type: "string",
      description:
        "all (default), api (answers requests only) or worker (does jobs only); the last two need PARLANCE_DATABASE_URL",
    },
    stages: {
      type: "string",
      description: "Stages that the workers run, such as ingest,embed; all by default",
    },
    concurrency: { type: "string", description: "Processes that embed side by side; 1 by default" },
  },
  async run({ args }) {
    if (args.port !== undefined && !(/^\d{1,5}$/u.test(args.port) && Number(args.port) <= 65535))
      throw misuse(
        `--port ${args.port} is not a port.`,
        "Write a number from 1 to 65535, such as --port 8788; 0 takes any free one.",
      );
    const { serveHere } = await import("../embedded/embedded.ts");
    await serveHere({
      env: process.env,
      typed: {
        ...(args.port === undefined ? {} : { PARLANCE_PORT: args.port }),
        ...(args.role === undefined ? {} : { PARLANCE_ROLE: args.role }),
        ...(args.stages === undefined ? {} : { PARLANCE_STAGES: args.stages }),
        ...(args.concurrency === undefined ? {} : { PARLANCE_CONCURRENCY: args.concurrency }),
        ...(args["accept-empty"] === true ? { PARLANCE_ACCEPT_EMPTY: "1" } : {}),
      },
      demo: args.demo === true,
    });
  },
});
