import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** How often it is looked whether files have changed. */
export const FILE_CHECK_MS = 1_000;

export interface FollowedFiles {
  stop(): void;
}

/** The contents of files at present. @throws what Node throws if one cannot be read. */
export function readFiles(paths: readonly string[]): Buffer[] {
  return paths.map((path) => readFileSync(path));
}

/**
 * Hands over the contents of files whenever they change. Contents are compared, not times: a file that another was renamed
 * to and a link that points elsewhere are new contents like any other, on file systems that report nothing too.
 *
 * @param first what is known already.
 * @param onChange throws if the contents are of no use.
 * @param onFault is told once of each fault, not at each look.
 */
export function followFiles(
  paths: readonly string[],
  first: readonly Buffer[],
  onChange: (contents: Buffer[]) => void,
  onFault: (error: unknown) => void,
): FollowedFiles {
  let known: readonly Buffer[] | undefined = first;
  let lastFault = '';
  const look = async () => {
    try {
      const contents = await Promise.all(paths.map((path) => readFile(path)));
      if (known?.every((content, index) => content.equals(contents[index]!))) return;
      known = contents;
      onChange(contents);
      lastFault = '';
    } catch (error) {
      if (String(error) === lastFault) return;
      lastFault = String(error);
      onFault(error);
    }
  };
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  }, FILE_CHECK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
