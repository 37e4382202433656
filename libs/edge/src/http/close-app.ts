import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** At shut-down, requests under way have this long to be answered; a client that does not read does not hold us up. */
export const ANSWER_GRACE_MS = 5_000;

/** Stops accepting and waits for the answers under way; breaks off what is not done in time. */
export async function closeApp(app: NestFastifyApplication, graceMs = ANSWER_GRACE_MS): Promise<void> {
  const server = app.getHttpServer();
  const breakOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(breakOff);
}
