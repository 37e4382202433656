import type { Directory } from '#domain';
import { UnreadableRecordError } from './parse-record.js';
import { decodePersonnelRecord, encodePersonnelRecord } from './personnel-record.js';

const DIRECTORY: Directory = {
  services: [
    {
      id: 's',
      name: 'S',
      status: 'ACTIVE',
      serviceGroups: [{ id: 'g', name: '\u{1f600}', status: 'INACTIVE', channelType: 'CHATS' }],
    },
    { id: 't', name: '', status: 'ACTIVE' },
  ],
  agents: [
    { id: 'a', name: 'A', loginSSO: ['x', 'y'], agentGroups: [{ groupId: 'g' }] },
    { id: 'b', name: 'B' },
  ],
};

describe('a personnel record', () => {
  it.each([DIRECTORY, { services: [] }])('decodes to what was encoded: %j', (directory) => {
    const record = { systemId: 'system', receivedAt: 5, directory };
    const { key, value } = encodePersonnelRecord(record);
    expect(key).toBe('system');
    expect(decodePersonnelRecord(value)).toEqual(record);
  });

  it.each([
    { systemId: 1 },
    { receivedAt: '5' },
    { directory: undefined },
    { directory: [] },
    { directory: {} },
    { directory: { services: [1] } },
    { directory: { services: [{ id: 1 }] } },
    { directory: { services: [{ id: '1', serviceGroups: [{}] }] } },
    { directory: { services: [], agents: {} } },
    { directory: { services: [], agents: [{ name: 'no id' }] } },
    { directory: { services: [], agents: [{ id: '1', agentGroups: ['g'] }] } },
    { v: 2 },
  ])('is unreadable if its form is wrong: %j', (fault) => {
    const good = { v: 1, systemId: 's', receivedAt: 5, directory: DIRECTORY };
    expect(() => decodePersonnelRecord(JSON.stringify({ ...good, ...fault }))).toThrow(UnreadableRecordError);
  });
});
