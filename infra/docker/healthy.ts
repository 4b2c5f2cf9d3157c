// The health check of the images: ends with 0 where the server of this container answers.
const answers = await fetch(`http://127.0.0.1:${process.env["PARLANCE_PORT"] ?? 8787}/health`, {
  signal: AbortSignal.timeout(4000),
}).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = answers ? 0 : 1;
