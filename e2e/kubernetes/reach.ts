/** Evaluates NetworkPolicies: both sides must allow a connection, and a pod that no policy selects allows everything. */
import { BlockList } from 'node:net'
import type { Labels, NetworkPeer, NetworkRule, Resource, Selector, Specs } from './resource.js'

/** One end of a connection: a pod with its ports by name, or an address. */
export interface End {
  readonly labels?: Labels
  /** The labels of the pod's namespace. */
  readonly namespace?: Labels
  readonly ports?: Readonly<Record<string, number>>
  readonly address?: string
}

export interface Port {
  readonly number: number | undefined
  readonly protocol?: string
}

type Policy = Resource<Specs['NetworkPolicy']>

/**
 * Returns whether the policies allow a connection.
 *
 * @param policies all NetworkPolicies of the namespace `home`
 */
export function mayConnect(policies: readonly Policy[], home: string, from: End, to: End, port: Port): boolean {
  const leaves = allows(policies, home, 'egress', from, to, to, port)
  const arrives = to.address !== undefined || allows(policies, home, 'ingress', to, from, to, port)
  return leaves && arrives
}

/** Returns whether the policies that select `subject` allow traffic with `peer` in this direction. */
function allows(
  policies: readonly Policy[],
  home: string,
  direction: 'egress' | 'ingress',
  subject: End,
  peer: End,
  server: End,
  port: Port,
): boolean {
  const type = direction === 'egress' ? 'Egress' : 'Ingress'
  const selecting = policies.filter(
    ({ spec }) =>
      subject.namespace?.['kubernetes.io/metadata.name'] === home &&
      spec.policyTypes.includes(type) &&
      selects(spec.podSelector, subject.labels),
  )
  if (selecting.length === 0) return true
  const rules = selecting.flatMap(({ spec }) => spec[direction] ?? [])
  return rules.some((rule) => {
    const peers = direction === 'egress' ? rule.to : rule.from
    return (
      (peers === undefined || peers.some((one) => isPeer(one, home, peer))) &&
      (rule.ports === undefined || rule.ports.some((one) => isPort(one, server, port)))
    )
  })
}

function isPeer({ ipBlock, podSelector, namespaceSelector }: NetworkPeer, home: string, peer: End): boolean {
  if (ipBlock) return peer.address !== undefined && isInside(ipBlock, peer.address)
  if (peer.address !== undefined) return false
  const namespace = namespaceSelector ?? { matchLabels: { 'kubernetes.io/metadata.name': home } }
  return selects(namespace, peer.namespace) && selects(podSelector ?? {}, peer.labels)
}

function isInside({ cidr, except = [] }: NonNullable<NetworkPeer['ipBlock']>, address: string): boolean {
  const list = (networks: readonly string[]) => {
    const block = new BlockList()
    for (const network of networks) {
      const [start = '', bits] = network.split('/')
      block.addSubnet(start, Number(bits))
    }
    return block
  }
  return list([cidr]).check(address) && !list(except).check(address)
}

const isPort = (
  { port, protocol = 'TCP' }: NonNullable<NetworkRule['ports']>[number],
  server: End,
  target: Port,
): boolean =>
  protocol === (target.protocol ?? 'TCP') &&
  (port === undefined || (typeof port === 'string' ? server.ports?.[port] : port) === target.number)

/** A selector without labels selects everything. */
export function selects({ matchLabels = {}, ...others }: Selector, labels: Labels = {}): boolean {
  if (Object.keys(others).length > 0)
    throw new Error(`${Object.keys(others)} of a selector are not supported: extend reach.ts`)
  return Object.entries(matchLabels).every(([label, value]) => labels[label] === value)
}
