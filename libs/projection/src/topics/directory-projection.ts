import type { ProjectionChanges, ReceivedDirectory } from '#store';
import { newSystems } from '../memory/new-systems.js';
import { SeenKeys } from '../memory/seen-keys.js';

const NO_REPEATS: readonly number[] = [];

/** Projects personnel directories. Each is stored under its position in the log, so a repeated delivery changes nothing. */
export class DirectoryProjection {
  private readonly systems = new SeenKeys();

  async project(
    directories: readonly ReceivedDirectory[],
  ): Promise<Pick<ProjectionChanges, 'directories' | 'systems'> & { repeats: readonly number[] }> {
    return { directories, systems: newSystems(directories, this.systems), repeats: NO_REPEATS };
  }

  /** Forgets which systems were written. */
  forget(): void {
    this.systems.forget();
  }
}
