import { Topic } from '../topics.js';
import { openSealed, SEAL_BYTES, sealBatch } from './batch-seal.js';
import { encodeBatch } from './record-batch.js';

const place = { topic: Topic.status, partition: 1, baseOffset: 7 };
const records = [{ value: '{"a":1}' }, { value: 'ä', headers: { name: 'x' } }];
const sealed = () => sealBatch(encodeBatch(records, 1_000, SEAL_BYTES), place);

describe('a sealed batch', () => {
  it('opens to the batch without its seal', () => {
    expect(openSealed(sealed(), place, true)).toEqual({ body: encodeBatch(records, 1_000) });
  });

  it('does not open if any of its bits was changed', () => {
    const { length } = sealed();
    for (let bit = 0; bit < 8 * length; bit++) {
      const batch = sealed();
      batch[bit >> 3]! ^= 1 << (bit & 7);
      expect(openSealed(batch, place, true)).toHaveProperty('fault');
    }
  });

  it.each([
    ['topic', { ...place, topic: Topic.contact }],
    ['partition', { ...place, partition: 0 }],
    ['offset', { ...place, baseOffset: 8 }],
  ])('does not open at another %s', (_, elsewhere) => {
    expect(openSealed(sealed(), elsewhere, true)).toEqual({
      fault: 'the checksum of a batch does not match its records',
    });
  });
});

describe('a batch without a seal, from an earlier version', () => {
  const unsealed = encodeBatch(records, 1_000);

  it('opens unchanged', () => {
    expect(openSealed(unsealed, place, false)).toEqual({ body: unsealed });
  });

  it('is damage after the offset from which batches are sealed', () => {
    expect(openSealed(unsealed, place, true)).toEqual({ fault: 'a batch has no checksum' });
  });
});
