// What the tests read of Kubernetes resources. The API's schema is checked by schema.ts.
import assert from 'node:assert/strict'

export type Labels = Readonly<Record<string, string>>

export interface Selector {
  readonly matchLabels?: Labels
}

export interface Container {
  readonly name: string
  image: string
  readonly command: readonly [string, ...string[]]
  readonly env?: readonly { readonly name: string; readonly value: string; readonly valueFrom?: object }[]
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string }; readonly secretRef?: object }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly securityContext: object
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string }
    readonly limits: { readonly memory: string }
  }
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

export interface PodSpec {
  readonly initContainers?: readonly Container[]
  readonly containers: readonly [Container, ...Container[]]
  readonly volumes: readonly Volume[]
  readonly topologySpreadConstraints: readonly object[]
  readonly automountServiceAccountToken: boolean
  readonly enableServiceLinks: boolean
  readonly securityContext: { readonly runAsNonRoot: boolean; readonly seccompProfile: { readonly type: string } }
  readonly terminationGracePeriodSeconds: number
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
}

interface Volume {
  readonly name: string
  readonly secret?: {
    readonly secretName: string
    readonly defaultMode: number
    readonly items: readonly { readonly key: string; readonly path: string }[]
  }
}

export interface NetworkRule {
  readonly from?: readonly NetworkPeer[]
  readonly to?: readonly NetworkPeer[]
  readonly ports?: readonly { readonly port?: number | string; readonly protocol?: string }[]
}

export interface NetworkPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
}

/** The `spec` of each kind that a test reads. */
export interface Specs {
  readonly Deployment: {
    readonly template: PodTemplate
    readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number } }
    readonly replicas?: number
  }
  readonly Service: {
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[]
    readonly selector?: Labels
  }
  readonly Ingress: {
    readonly rules: readonly { readonly host: string; readonly http: { readonly paths: readonly IngressPath[] } }[]
    readonly tls: readonly { readonly hosts: readonly string[] }[]
  }
  readonly HorizontalPodAutoscaler: {
    readonly scaleTargetRef: object
    readonly metrics: readonly {
      readonly type: string
      readonly resource: { readonly name: string; readonly target: { readonly type: string } }
    }[]
    readonly behavior: Readonly<Record<string, { readonly policies: readonly { readonly type: string }[] }>>
  }
  readonly NetworkPolicy: {
    readonly policyTypes: readonly string[]
    readonly podSelector: Selector
    readonly ingress?: readonly NetworkRule[]
    readonly egress?: readonly NetworkRule[]
  }
  readonly PodDisruptionBudget: object
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Labels }
  readonly spec: PodSpec
}

interface IngressPath {
  readonly path: string
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } }
}

export interface Resource<Spec = { readonly template?: PodTemplate }> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; namespace?: string }
  readonly spec: Spec
}

/** A ConfigMap. */
export interface ConfigMap extends Resource<undefined> {
  readonly data: Record<string, string>
}

export const isConfigMap = (resource: Resource<unknown>): resource is ConfigMap => resource.kind === 'ConfigMap'

/** Returns the resources of a kind. */
export const ofKind = <Kind extends keyof Specs>(resources: readonly Resource<unknown>[], kind: Kind) =>
  resources.filter((resource): resource is Resource<Specs[Kind]> => resource.kind === kind)

/** Returns a value that must exist. */
export function required<T>(value: T | undefined): T {
  assert.ok(value !== undefined)
  return value
}
