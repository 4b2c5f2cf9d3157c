// An S3 client within limits: every request ends within a minute, its errors are for people, and memory stays bounded.
import { S3Client } from "@aws-sdk/client-s3";
import type { S3Address } from "./s3-address.ts";

const ATTEMPTS = 3;
/** Three attempts of 15 s without a byte, with the pauses between them, end within a minute. */
export const IDLE_MS = 15_000;
const CONNECT_MS = 5000;
const SOCKETS = 32;

/** Milliseconds that a request without a long body may take with all its attempts. */
export const wholeMs = (idleMs: number): number => Math.ceil(idleMs * (ATTEMPTS + 1 / 3));

/** @param idleMs milliseconds without a byte after which an attempt is given up */
export const openS3Client = ({ endpoint, region }: S3Address, idleMs = IDLE_MS): S3Client =>
  new S3Client({
    ...(region === undefined ? {} : { region }),
    // Servers of one's own seldom have a host name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Not by default: checksums of whole bodies double the memory of a large upload (111 MB against 52 MB for 200 MB), and parts are
    // signed with their SHA-256 anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: idleMs,
      httpAgent: { keepAlive: true, maxSockets: SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
    },
  });
