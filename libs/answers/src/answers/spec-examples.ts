/** The example answers of the specification, verbatim. */
export const SPEC_EXAMPLES = {
  /** 3.1.3 */
  PERSONNEL: {
    services: [
      {
        id: 'External system',
        name: 'External system',
        status: 'ACTIVE',
        serviceGroups: [
          { id: '1', name: 'Individual Support', status: 'ACTIVE' },
          { id: '2', name: 'Business Support', status: 'ACTIVE' },
        ],
      },
    ],
    agents: [
      {
        id: '1',
        name: 'John',
        surname: 'Smith',
        secondName: 'William',
        loginSSO: 'j.smith',
        agentGroups: [{ groupId: '1' }],
      },
      {
        id: '2',
        name: 'Agent123',
        surname: ' ',
        secondName: ' ',
        agentNumber: '000123',
        loginSSO: '000123',
        agentGroups: [{ groupId: '1' }, { groupId: '2' }],
      },
    ],
  },
  /** 3.2.4 */
  SERVICE_GROUP_DATA: [
    {
      serviceId: '1',
      groupId: '1',
      historicData: [
        {
          startInterval: '2020-01-01T00:00:00Z',
          endInterval: '2020-01-01T00:05:00Z',
          notUniqueReceived: 15,
          notUniqueTreated: 10,
          notUniqueMissed: 5,
          receivedCalls: 10,
          treatedCalls: 8,
          missCalls: 2,
          aht: 360000,
          postProcessing: 3000,
        },
        {
          startInterval: '2020-01-01T00:05:00Z',
          endInterval: '2020-01-01T00:10:00Z',
          notUniqueReceived: 10,
          notUniqueTreated: 8,
          notUniqueMissed: 2,
          receivedCalls: 5,
          treatedCalls: 2,
          missCalls: 1,
          aht: 451000,
          postProcessing: 0,
        },
      ],
    },
    {
      serviceId: '1',
      groupId: '2',
      historicData: [
        {
          startInterval: '2020-01-01T10:00:00Z',
          endInterval: '2020-01-01T10:05:00Z',
          notUniqueReceived: 15,
          notUniqueTreated: 10,
          notUniqueMissed: 5,
          receivedCalls: 10,
          treatedCalls: 8,
          missCalls: 2,
          aht: 360000,
          postProcessing: 3000,
        },
        {
          startInterval: '2020-01-01T10:05:00Z',
          endInterval: '2020-01-01T10:10:00Z',
          notUniqueReceived: 10,
          notUniqueTreated: 8,
          notUniqueMissed: 2,
          receivedCalls: 5,
          treatedCalls: 2,
          missCalls: 1,
          aht: 451000,
          postProcessing: 0,
        },
      ],
    },
  ],
  /** 3.3.4 */
  AGENT_STATUS_DATA: [
    {
      serviceId: '1',
      groupId: '1',
      agentId: '1',
      states: [
        {
          startDate: '2020-01-01T10:10:36Z',
          endDate: '2020-01-01T10:15:36Z',
          stateCode: 'Work',
          stateName: 'Contact processing',
        },
        {
          startDate: '2020-01-01T10:15:36Z',
          endDate: '2020-01-01T10:18:36Z',
          stateCode: 'Break',
          stateName: 'Technical break',
        },
      ],
    },
    {
      serviceId: '1',
      groupId: '2',
      agentId: '1',
      states: [
        {
          startDate: '2020-01-01T10:18:36Z',
          endDate: '2020-01-01T10:25:36Z',
          stateCode: 'Work',
          stateName: 'Contact processing',
        },
      ],
    },
  ],
  /** 3.4.4 */
  AGENT_LOGIN_DATA: [
    {
      agentId: '1',
      logins: [
        { loginDate: '2020-01-01T10:03:15Z', logoutDate: '2020-01-01T12:30:05Z', duration: 8810000 },
        { loginDate: '2020-01-01T18:15:05Z', logoutDate: '2020-01-01T21:32:55Z', duration: 11870000 },
      ],
    },
    {
      agentId: '2',
      logins: [{ loginDate: '2020-01-01T23:53:15Z', logoutDate: '2020-01-02T02:30:05Z', duration: 9410000 }],
    },
  ],
  /** 3.5.4 */
  AGENT_CALLS_DATA: [
    {
      agentId: '1',
      serviceId: '1',
      groupId: '1',
      agentCalls: [
        { startCall: '2020-01-01T10:03:15Z', endCall: '2020-01-01T10:08:15Z', duration: 300000 },
        { startCall: '2020-01-01T10:04:02Z', endCall: '2020-01-01T10:12:15Z', duration: 493000 },
      ],
    },
    {
      agentId: '1',
      serviceId: '1',
      groupId: '2',
      agentCalls: [{ startCall: '2020-01-01T10:03:15Z', endCall: '2020-01-01T10:03:45Z', duration: 30000 }],
    },
  ],
  /** 3.6.4 */
  AGENT_CHATS_WORK_TIME: [
    { agentId: '1', workDate: '2020-01-01', workTime: 3600000 },
    { agentId: '1', workDate: '2020-01-02', workTime: 300000 },
    { agentId: '2', workDate: '2020-01-01', workTime: 54000 },
  ],
  /** 4.2.3 */
  AGENT_STATUS: [
    { agentId: '1', stateCode: 'Break', stateName: 'Technical break', startDate: '2020-01-01T15:25:13Z' },
    { agentId: '2', stateCode: 'Work', stateName: 'Contact processing', startDate: '2020-01-01T15:20:13Z' },
  ],
  /** 4.3.4 */
  GROUPS_ONLINE_LOAD: [
    {
      serviceId: '1',
      groupId: '1',
      callNumber: 5,
      operatorNumber: 2,
      callReceived: 100,
      aht: 360000,
      acd: 95.0554,
      awt: 20000,
      callAnswered: 10,
      callAnsweredTst: 1,
      callProcessing: 1,
    },
    {
      serviceId: '1',
      groupId: '2',
      callNumber: 3,
      operatorNumber: 0,
      callReceived: 6,
      aht: 36000,
      acd: 100,
      awt: 2000,
      callAnswered: 10,
      callAnsweredTst: 1,
      callProcessing: 1,
    },
  ],
};
