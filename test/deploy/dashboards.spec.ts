import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { dashboardFiles } from '../../deploy/grafana/source/dashboards.js';
import { allPanels, type BuiltDashboard } from '../support/documents/dashboards.js';

const DIRECTORY = resolve('deploy/grafana/dashboards');

describe('the dashboards', () => {
  it('are the output of `npm run dashboards`', () => {
    expect(readdirSync(DIRECTORY).sort()).toEqual([...dashboardFiles().keys()].sort());
    for (const [name, text] of dashboardFiles()) {
      expect(readFileSync(resolve(DIRECTORY, name), 'utf8')).toBe(text);
    }
  });

  const built = [...dashboardFiles()].map(
    ([name, text]) => [name, JSON.parse(text) as BuiltDashboard] as const,
  );

  it.each(built)(
    'include %s, which describes every panel and queries the selected data source',
    (_, dashboard) => {
      for (const { title, description, datasource, targets } of allPanels(dashboard)) {
        expect({ title, description: description?.length ?? 0 }).toEqual({
          title,
          description: expect.any(Number),
        });
        expect(description!.length).toBeGreaterThan(10);
        expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
        expect(targets.length).toBeGreaterThan(0);
      }
    },
  );

  it.each(built)('include %s, whose panels do not overlap', (_, { panels }) => {
    const taken = new Set<string>();
    for (const { gridPos, id } of panels) {
      expect(id).toBeGreaterThan(0);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x}/${y}`)).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
  });

  it('are mounted where the Grafana of the compose file looks for them', () => {
    const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
      services: Record<string, { volumes: string[] }>;
    };
    const { providers } = parse(
      readFileSync('deploy/grafana/provisioning/dashboards/statusledger.yaml', 'utf8'),
    ) as { providers: { options: { path: string } }[] };
    expect(services['grafana']!.volumes).toContain(`./grafana/dashboards:${providers[0]!.options.path}:ro`);
  });
});
