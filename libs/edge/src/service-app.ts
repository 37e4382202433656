import type { Server as TlsServer } from 'node:tls';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '#telemetry';
import { keyRingOf, readAccessFiles, tlsPairOf, type AccessFiles } from './credentials/access-files.js';
import { authenticate } from './credentials/authentication.js';
import { followFiles, type FollowedFiles } from './credentials/followed-files.js';
import { createHttpApp, type ServerExtension } from './http/http-app.js';
import type { Settings } from './settings/settings.js';

/**
 * Creates an application over HTTP or HTTPS with the authentication that the settings ask for. Key and certificate
 * files are followed while it runs: valid contents replace the previous ones, invalid contents are logged and ignored.
 *
 * @throws SettingsError if one of the files is unusable.
 */
export async function createServiceApp(
  settings: Settings,
  module: DynamicModule,
  logger: Logger,
  extensions: readonly ServerExtension[] = [],
): Promise<NestFastifyApplication> {
  const files = readAccessFiles(settings);
  const followed: FollowedFiles[] = [];
  const withKeys: ServerExtension[] = [];
  const { keys, tls } = files;
  if (keys !== undefined) withKeys.push((server) => followed.push(guard(server, keys, logger)));
  const app = await createHttpApp(module, logger, [...withKeys, ...extensions], { tls: tls?.pair });
  if (tls !== undefined) followed.push(followTls(app.getHttpServer() as unknown as TlsServer, tls, logger));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onClose', (_server: unknown, done: () => void) => {
      for (const { stop } of followed) stop();
      done();
    });
  return app;
}

function guard(
  server: Parameters<ServerExtension>[0],
  { path, contents, ring }: NonNullable<AccessFiles['keys']>,
  logger: Logger,
): FollowedFiles {
  let inForce = ring;
  authenticate(server, () => inForce, logger);
  return followFiles(
    [path],
    contents,
    (changed) => {
      inForce = keyRingOf(changed);
      logger.info({ path }, 'loaded the changed API keys');
    },
    (error) =>
      logger.error(
        { err: error, path },
        'the changed API keys are unusable; the previous ones stay in force',
      ),
  );
}

function followTls(
  server: TlsServer,
  { paths, contents }: NonNullable<AccessFiles['tls']>,
  logger: Logger,
): FollowedFiles {
  return followFiles(
    paths,
    contents,
    (changed) => {
      server.setSecureContext(tlsPairOf(changed));
      logger.info({ paths }, 'loaded the changed certificate');
    },
    (error) =>
      logger.error(
        { err: error, paths },
        'the changed certificate is unusable; the previous one stays in force',
      ),
  );
}
