import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** How long requests under way may take at shutdown, so that clients that do not read cannot hold it up. */
export const ANSWER_GRACE_MS = 5_000;

/** Stops accepting connections and waits for answers under way; cuts off those that take longer than the grace. */
export async function closeApp(app: NestFastifyApplication, graceMs = ANSWER_GRACE_MS): Promise<void> {
  const server = app.getHttpServer();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(cutOff);
}
