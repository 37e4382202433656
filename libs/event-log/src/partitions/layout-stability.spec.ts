import { checkLayoutStable, UnstableLayoutError } from './layout-stability.js';
import { fixedLayout } from './partition-layout.js';

describe('a layout', () => {
  it('is stable while it matches the partitions, and for the run that is changing it', () => {
    const growth = { generation: 1, partitions: 4, run: 'mine' };
    checkLayoutStable('wfm.status.v1', fixedLayout(2));
    checkLayoutStable('wfm.status.v1', { ...fixedLayout(2), growth }, 'mine');
    for (const unstable of [
      { ...fixedLayout(2), growth },
      { ...fixedLayout(2), partitions: 4 },
    ]) {
      const check = () => checkLayoutStable('wfm.status.v1', unstable, 'other');
      expect(check).toThrow(UnstableLayoutError);
      expect(check).toThrow('npm run add-partitions -- --topic status --partitions 4');
    }
    expect(() => checkLayoutStable('wfm.status.v1', { ...fixedLayout(4), partitions: 2 })).toThrow(
      '--partitions 4',
    );
  });
});
