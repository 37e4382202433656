import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

describe('docs/reliability.md', () => {
  it('names tests that exist', () => {
    const named = readFileSync('docs/reliability.md', 'utf8').matchAll(/`([\w./-]+\.spec\.ts)`/g);
    const files = [...named].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe('links between documents', () => {
  const files = ['README.md', 'CONTRIBUTING.md', 'deploy/README.md'].concat(
    readdirSync('docs', { recursive: true })
      .map((name) => join('docs', String(name)))
      .filter((name) => name.endsWith('.md')),
  );

  it.each(files)('in %s lead to existing targets', (file) => {
    const text = readFileSync(file, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
      .map(([, path, anchor]) => ({ target: path === '' ? file : resolve(dirname(file), path!), anchor }))
      .filter(
        ({ target, anchor }) => !existsSync(target) || (anchor !== undefined && !hasAnchor(target, anchor)),
      );
    expect(broken).toEqual([]);
  });
});

function hasAnchor(file: string, anchor: string): boolean {
  const titles = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? [];
  return titles.some((title) => anchorOf(title) === anchor);
}

/** As Git hosts generate them: lower case, no punctuation, hyphens for spaces. */
function anchorOf(title: string): string {
  return title
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
