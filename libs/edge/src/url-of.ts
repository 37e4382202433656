import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from './settings/settings.js';

/** The URL of a listening application. */
export async function urlOf(app: NestFastifyApplication, { TLS_CERT_FILE }: Settings): Promise<string> {
  const url = await app.getUrl();
  return TLS_CERT_FILE === undefined ? url : url.replace(/^http:/, 'https:');
}
