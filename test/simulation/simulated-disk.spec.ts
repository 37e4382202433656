import { SeededRandom } from '#oracle';
import { DiskFullError, SimulatedDisk } from './simulated-disk.js';

/** What is left of a file with two flushed and three loose items after a power cut, for many seeds. */
function outcomes(lies: boolean): Set<string> {
  const found = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const disk = new SimulatedDisk(lies);
    disk.append('file', ['a', 'b']);
    disk.flush();
    disk.append('file', ['c', 'd', 'e']);
    disk.powerCut(new SeededRandom(String(seed)));
    found.add(disk.read('file').join(''));
  }
  return found;
}

describe('a simulated disk', () => {
  it('keeps flushed items through a power cut, and any number of those that follow', () => {
    expect(outcomes(false)).toEqual(new Set(['ab', 'abc', 'abcd', 'abcde']));
  });

  it('loses flushed items, too, if it lies about flushing', () => {
    expect(outcomes(true)).toEqual(new Set(['', 'a', 'ab', 'abc', 'abcd', 'abcde']));
  });

  it('does not show unflushed items', () => {
    const disk = new SimulatedDisk();
    disk.append('file', ['a']);
    expect([disk.read('file'), disk.flushedLength('file')]).toEqual([[], 0]);
    disk.flush();
    expect([disk.read('file'), disk.flushedLength('file')]).toEqual([['a'], 1]);
  });

  it('has the old or the new value of a cell after a power cut', () => {
    const found = new Set<unknown>();
    for (let seed = 0; seed < 50; seed++) {
      const disk = new SimulatedDisk();
      disk.replace('cell', 'old');
      disk.flush();
      disk.replace('cell', 'new');
      disk.powerCut(new SeededRandom(String(seed)));
      found.add(disk.cell('cell'));
    }
    expect(found).toEqual(new Set(['old', 'new']));
  });

  it('writes nothing of what does not fit', () => {
    const disk = new SimulatedDisk();
    disk.room = 1;
    expect(() => disk.append('file', ['a', 'b'])).toThrow(DiskFullError);
    disk.append('file', ['c']);
    disk.flush();
    expect(disk.read('file')).toEqual(['c']);
  });

  it('has the contents that were flushed when a copy was taken, once that is restored', () => {
    const disk = new SimulatedDisk();
    disk.append('file', ['a']);
    disk.flush();
    disk.append('file', ['b']);
    const copy = disk.copy();
    disk.flush();
    disk.replace('cell', 1);
    disk.restore(copy);
    expect([disk.read('file'), disk.cell('cell')]).toEqual([['a'], undefined]);
  });
});
