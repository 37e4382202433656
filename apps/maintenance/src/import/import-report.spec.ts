import { reportOf } from './import-report.js';

const counts = {
  accepted: { status: 1_200_000, contact: 3 },
  deadLettered: { too_old: 2, malformed: 1 },
};

describe('the report of an import', () => {
  it('counts the lines by outcome and gives the speed', () => {
    expect(reportOf({ name: 'a.csv', counts, lines: 1_200_006, seconds: 12 })).toBe(
      `a.csv: 1,200,006 lines, 1,200,006 in 12.0 s, 100,001 lines/s
  accepted      1,200,003 (contact 3, status 1,200,000)
  dead letters  3 (malformed 1, too_old 2)
`,
    );
  });

  it('says where an interrupted import continued', () => {
    const nothingWrong = { accepted: { status: 20 }, deadLettered: {} };
    expect(reportOf({ name: 'a.csv', counts: nothingWrong, lines: 5, seconds: 0.5, continuedAt: 16 })).toBe(
      `a.csv: 20 lines; continued at line 16: 5 in 0.5 s, 10 lines/s
  accepted      20 (status 20)
  dead letters  0
`,
    );
  });

  it('says that a finished import is skipped', () => {
    const finishedBefore = '2020-01-01T00:00:00.000Z';
    expect(reportOf({ name: 'a.csv', counts, lines: 0, seconds: 0, finishedBefore })).toContain(
      'a.csv: was imported already, at 2020-01-01T00:00:00.000Z; skipped. --again imports it once more.',
    );
  });
});
