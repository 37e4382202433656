import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** How often files are checked for changes. */
export const FILE_CHECK_MS = 1_000;

export interface FollowedFiles {
  stop(): void;
}

/** Reads files. @throws Node's error if one cannot be read. */
export function readFiles(paths: readonly string[]): Buffer[] {
  return paths.map((path) => readFileSync(path));
}

/**
 * Passes on the contents of files whenever they change. It compares contents rather than times or events: that notices
 * a renamed file and a changed link like any other change, also on file systems that send no events.
 *
 * @param first the contents that the caller has already.
 * @param onChange throws if the contents are unusable.
 * @param onFault is called once for each fault, not at each check.
 */
export function followFiles(
  paths: readonly string[],
  first: readonly Buffer[],
  onChange: (contents: Buffer[]) => void,
  onFault: (error: unknown) => void,
): FollowedFiles {
  let known: readonly Buffer[] | undefined = first;
  let lastFault = '';
  const check = async () => {
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
  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    void check().finally(() => (isChecking = false));
  }, FILE_CHECK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
