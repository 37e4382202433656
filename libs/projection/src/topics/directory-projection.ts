import type { ProjectionChanges, ReceivedDirectory } from '#store';
import { SystemsSeen } from '../memory/systems-seen.js';

const NO_REPEATS: readonly number[] = [];

/** Projects directories: each is kept under its position in the log, so that a repeated delivery changes nothing. */
export class DirectoryProjection {
  private readonly systems = new SystemsSeen();

  async project(
    directories: readonly ReceivedDirectory[],
  ): Promise<Pick<ProjectionChanges, 'directories' | 'systems'> & { repeats: readonly number[] }> {
    return { directories, systems: this.systems.newAmong(directories), repeats: NO_REPEATS };
  }

  /** Forgets which systems were written down. */
  forget(): void {
    this.systems.forget();
  }
}
