import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { describeWithPrometheus, promtool, RULES } from '../support/tools/prometheus.js';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface UnitTests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts?: unknown[] }[];
  }[];
}

const UNIT_TESTS = resolve('deploy/prometheus/tests');

const filesIn = (directory: string) => readdirSync(directory).map((name) => join(directory, name));
const read = <T>(file: string) => parse(readFileSync(file, 'utf8')) as T;

const rules = filesIn(RULES).flatMap((file) =>
  read<{ groups: { rules: Rule[] }[] }>(file).groups.flatMap((group) => group.rules),
);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const runbook = readFileSync('docs/operations.md', 'utf8');

describe('the alerting rules', () => {
  const expectations = filesIn(UNIT_TESTS)
    .flatMap((file) => read<UnitTests>(file).tests)
    .flatMap(({ alert_rule_test = [] }) => alert_rule_test);

  it.each(alerts.map(({ alert }) => alert!))(
    'include %s, which is tested to fire when it should and not otherwise',
    (name) => {
      const of = expectations.filter(({ alertname }) => alertname === name);
      expect(of.some(({ exp_alerts = [] }) => exp_alerts.length > 0)).toBe(true);
      expect(of.some(({ exp_alerts = [] }) => exp_alerts.length === 0)).toBe(true);
    },
  );

  it.each(alerts.map(({ alert, annotations }) => [alert!, annotations!] as const))(
    'include %s, whose link leads to its own section of the runbook',
    (name, annotations) => {
      expect(runbook).toContain(`\n### ${name}\n`);
      expect(annotations['runbook_url']).toBe(`docs/operations.md#${name.toLowerCase()}`);
    },
  );

  it('are the only ones with a section in the runbook', () => {
    const sections = [...runbook.matchAll(/^### (Wfm\w+)$/gm)].map(([, name]) => name!);
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert!).sort());
  });

  it.each(alerts.map(({ alert, labels }) => [alert!, labels!] as const))(
    'include %s, which has a severity',
    (_, labels) => {
      expect(['critical', 'warning', 'info']).toContain(labels['severity']);
    },
  );
});

describeWithPrometheus('promtool', () => {
  it('accepts the rules', () => {
    expect(promtool('check', 'rules', ...filesIn(RULES))).toMatchObject({ status: 0 });
  });

  it('runs the unit tests of the rules without failures', () => {
    const { status, printed } = promtool('test', 'rules', ...filesIn(UNIT_TESTS));
    expect(printed).not.toContain('FAILED');
    expect(status).toBe(0);
  });
});
