/**
 * Settings of one broker, whatever it runs in: KRaft, controller and broker in one, few partitions for what Kafka keeps for
 * itself, and as many copies of everything as `nodes` allows.
 * @param {{ id: number, nodes: number, voters: string, data: string, listeners: readonly { name: string, protocol: string,
 *   bind: string, advertise?: string }[], between: string, extra: Readonly<Record<string, string | number>> }} of
 * @returns {Record<string, string | number | boolean>}
 */
export function kafkaProperties({ id, nodes, voters, data, listeners, between, extra }) {
  const copies = Math.min(3, nodes)
  const inSync = Math.max(1, copies - 1)
  const named = (of) => listeners.flatMap((one) => of(one) ?? []).join(',')
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters,
    listeners: named(({ name, bind }) => `${name}://${bind}`),
    'advertised.listeners': named(({ name, advertise }) => (advertise ? `${name}://${advertise}` : null)),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': between,
    'listener.security.protocol.map': named(({ name, protocol }) => `${name}:${protocol}`),
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    ...extra,
  }
}
