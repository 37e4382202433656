/** The response examples of the specification that status events alone can bring about, as they are printed there. */
export const AGENT_STATUS_DATA_EXAMPLE = [
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
];

export const AGENT_LOGIN_DATA_EXAMPLE = [
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
];

export const AGENT_STATUS_EXAMPLE = [
  { agentId: '1', stateCode: 'Break', stateName: 'Technical break', startDate: '2020-01-01T15:25:13Z' },
  { agentId: '2', stateCode: 'Work', stateName: 'Contact processing', startDate: '2020-01-01T15:20:13Z' },
];
