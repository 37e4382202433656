import { readFileSync } from 'node:fs';
import { variableDocs } from './read-settings.js';
import { SERVICES, SETTING_TOPICS, type VariableDoc } from './setting-docs.js';

const DOCUMENT = 'docs/configuration.md';

/** The rows of a section's table, without the links of their meanings. */
function rowsOf(section: string): string[] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((row) => row.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1'));
}

/** The tables of the document, by heading. */
function tables(): Record<string, string[]> {
  const [, ...sections] = readFileSync(DOCUMENT, 'utf8').split(/^## /m);
  return Object.fromEntries(
    sections.map((section) => [section.slice(0, section.indexOf('\n')), rowsOf(section)]),
  );
}

function expectedRow({ name, default: byDefault, values, meaning, programs }: VariableDoc): string {
  const defaultText = byDefault === undefined ? 'unset' : byDefault === '' ? 'empty' : `\`${byDefault}\``;
  return `| \`${name}\` | ${defaultText} | ${values} | ${meaning} | ${readersOf(programs)} |`;
}

/** All four services together are called that. */
function readersOf(programs: VariableDoc['programs']): string {
  const areAllServices = SERVICES.every((service) => programs.includes(service));
  const others = programs.filter((program) => !areAllServices || !SERVICES.some((each) => each === program));
  return [...(areAllServices ? ['services'] : []), ...others].join(', ');
}

describe(DOCUMENT, () => {
  it.each(SETTING_TOPICS)('lists every variable of "%s" as the code has it, and no other', (topic) => {
    const expected = variableDocs().filter((doc) => doc.topic === topic);
    expect(tables()[topic]).toEqual(expected.map(expectedRow));
  });

  it('has a section for each topic, and no other', () => {
    expect(Object.keys(tables())).toEqual([...SETTING_TOPICS]);
  });

  it('lists every variable once', () => {
    const names = variableDocs().map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
