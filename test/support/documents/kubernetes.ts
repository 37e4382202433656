/** The parts of the chart's objects that tests look at. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Labels };
  readonly spec: Spec;
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: 'Exists' }[];
}

interface Spec {
  readonly replicas?: number;
  readonly selector: Selector & Labels;
  readonly template: { readonly metadata: Pod; readonly spec: PodSpec };
  readonly serviceName?: string;
  readonly clusterIP?: string;
  readonly ports?: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
  readonly persistentVolumeClaimRetentionPolicy?: Readonly<Record<string, string>>;
  readonly volumeClaimTemplates?: readonly KubernetesObject[];
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string; readonly apiVersion: string };
  readonly metrics?: readonly Readonly<Record<string, unknown>>[];
  readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  readonly rules?: readonly {
    readonly host: string;
    readonly http: { readonly paths: readonly IngressPath[] };
  }[];
  readonly endpoints?: readonly Endpoint[];
}

interface Endpoint {
  readonly port: string;
  readonly path: string;
  readonly scheme?: string;
  readonly authorization?: {
    readonly type: string;
    readonly credentials: { readonly name: string; readonly key: string };
  };
}

interface Pod {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface IngressPath {
  readonly path: string;
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } };
}

interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: unknown }[];
  readonly topologySpreadConstraints?: readonly { readonly labelSelector: Selector }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly resources: unknown;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** Whether a selector matches these labels. */
export function selects({ matchLabels, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key }) => key in labels)
  );
}
