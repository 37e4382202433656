import { readFileSync } from 'node:fs';
import { AGENTS, tables, withTables, type Measured } from './document.js';
import { plan } from './model.js';

const page = readFileSync('docs/capacity.md', 'utf8');
const measured = JSON.parse(readFileSync('docs/capacity.json', 'utf8')) as Measured;

describe('the capacity page', () => {
  it('has the tables of the stored figures (else run npm run capacity -- --from docs/capacity.json --write)', () => {
    expect(page).toBe(withTables(page, measured));
  });

  it('shows the plan of the model for each number of agents', () => {
    const lines = tables(measured).split('\n');
    const cells = (name: string) =>
      lines
        .find((line) => line.startsWith(`| ${name} |`))!
        .split(' | ')
        .slice(1);
    const receivers = AGENTS.map((agents) => plan(agents, measured.costs).receivers);
    expect(cells('**receivers**').map((cell) => Number(cell.replace(/\D/g, '')))).toEqual(receivers);
  });

  it('is based on plausible figures: all positive, and compressed sizes not above uncompressed ones', () => {
    const { logBytes, logBytesCompressed } = measured.costs;
    const numbers = Object.values(measured.costs).flatMap((cost: number | object) =>
      typeof cost === 'number' ? [cost] : (Object.values(cost) as number[]),
    );
    for (const number of numbers) expect(number).toBeGreaterThan(0);
    expect(logBytesCompressed.status).toBeLessThanOrEqual(logBytes.status);
    expect(logBytesCompressed.contact).toBeLessThanOrEqual(logBytes.contact);
  });

  it('cannot be written without its markers', () => {
    expect(() => withTables('a page', measured)).toThrow('has no');
  });
});
