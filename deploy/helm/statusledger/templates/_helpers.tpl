{{- define "statusledger.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 38 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the longest suffix, and for the ordinals and hashes of pods. */}}
{{- define "statusledger.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 38 | trimSuffix "-" -}}
{{- else if contains (include "statusledger.name" .) .Release.Name -}}
{{- .Release.Name | trunc 38 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "statusledger.name" .) | trunc 38 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What an app's pods are found by: (dict "root" $ "app" "query"). It must never change. */}}
{{- define "statusledger.selectorLabels" -}}
app.kubernetes.io/name: {{ include "statusledger.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app }}
{{- end -}}

{{- define "statusledger.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: statusledger
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end -}}

{{/* Labels of an object of an app: (dict "root" $ "app" "query"). */}}
{{- define "statusledger.appLabels" -}}
{{ include "statusledger.selectorLabels" . }}
{{ include "statusledger.commonLabels" .root }}
{{- end -}}

{{/* Labels of an object of all apps. */}}
{{- define "statusledger.labels" -}}
app.kubernetes.io/name: {{ include "statusledger.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "statusledger.commonLabels" . }}
{{- end -}}

{{- define "statusledger.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "statusledger.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "statusledger.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The value of a variable as text: large numbers come from YAML as floats. */}}
{{- define "statusledger.variable" -}}
{{- if kindIs "float64" . }}{{ if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* Fails with all faults of the values in one message. */}}
{{- define "statusledger.checkValues" -}}
{{- $faults := list -}}
{{- if not (or .Values.allowAnonymous .Values.apiKeys.existingSecret) -}}
{{- $faults = append $faults "allowAnonymous: the service would be open to everyone; set apiKeys.existingSecret, or set it to true once something in front of the service controls access" -}}
{{- end -}}
{{- if not .Values.kafka.brokers -}}
{{- $faults = append $faults "kafka.brokers: set at least one host:port" -}}
{{- end -}}
{{- if not .Values.clickhouse.url -}}
{{- $faults = append $faults "clickhouse.url: set the http(s) URL of the server" -}}
{{- end -}}
{{- if and .Values.kafka.sasl.mechanism (not .Values.kafka.sasl.existingSecret) -}}
{{- $faults = append $faults "kafka.sasl.existingSecret: a mechanism needs credentials" -}}
{{- end -}}
{{- if and .Values.kafka.sasl.existingSecret (not .Values.kafka.sasl.mechanism) -}}
{{- $faults = append $faults "kafka.sasl.mechanism: credentials need a mechanism" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- $faults = append $faults "ingress.host: set the host name of the service" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.apiKeys.existingSecret (not .Values.serviceMonitor.apiKey.existingSecret) -}}
{{- $faults = append $faults "serviceMonitor.apiKey.existingSecret: with apiKeys, scrapes need a key with the role ops" -}}
{{- end -}}
{{- range $app := list "receiver" "projector" "query" -}}
{{- $scaling := (index $.Values $app).autoscaling -}}
{{- if and $scaling.enabled (gt (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- $faults = append $faults (printf "%s.autoscaling: minReplicas is more than maxReplicas" $app) -}}
{{- end -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\nthe values are not valid:\n  - %s\n" (join "\n  - " $faults)) -}}
{{- end -}}
{{- end -}}

{{/* Variables from an existing secret: (dict "prefix" "KAFKA_SASL" "from" .Values.kafka.sasl). */}}
{{- define "statusledger.credentials" -}}
- name: {{ .prefix }}_USERNAME
  valueFrom:
    secretKeyRef: { name: {{ .from.existingSecret | quote }}, key: {{ .from.usernameKey | quote }} }
- name: {{ .prefix }}_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ .from.existingSecret | quote }}, key: {{ .from.passwordKey | quote }} }
{{- end -}}

{{/* The pods of an app: (dict "root" $ "app" "query" "log" false "store" true). Each app gets only the settings that it needs. */}}
{{- define "statusledger.podTemplate" -}}
{{- $root := .root -}}
{{- $scheme := ternary ", scheme: HTTPS" "" (ne .root.Values.tls.existingSecret "") -}}
{{- $values := index .root.Values .app -}}
{{- $fullname := include "statusledger.fullname" .root -}}
metadata:
  labels:
    {{- include "statusledger.appLabels" . | nindent 4 }}
  annotations:
    # Pods have their settings from the environment: other settings, other pods.
    checksum/settings: {{ include (print .root.Template.BasePath "/configmaps.yaml") .root | sha256sum }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "statusledger.serviceAccountName" .root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int64 $values.terminationGracePeriodSeconds }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . | quote }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .app }}
      image: {{ include "statusledger.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [{{ .app }}]
      envFrom:
        - configMapRef: { name: {{ $fullname }}-settings }
        {{- if .log }}
        - configMapRef: { name: {{ $fullname }}-kafka }
        {{- end }}
        {{- if .store }}
        - configMapRef: { name: {{ $fullname }}-clickhouse }
        {{- end }}
      {{- $hasLogSecret := and .log .root.Values.kafka.sasl.existingSecret }}
      {{- $hasStoreSecret := and .store .root.Values.clickhouse.existingSecret }}
      {{- if or $hasLogSecret $hasStoreSecret }}
      env:
        {{- if $hasLogSecret }}
        {{- include "statusledger.credentials" (dict "prefix" "KAFKA_SASL" "from" $root.Values.kafka.sasl) | nindent 8 }}
        {{- end }}
        {{- if $hasStoreSecret }}
        {{- include "statusledger.credentials" (dict "prefix" "CLICKHOUSE" "from" $root.Values.clickhouse) | nindent 8 }}
        {{- end }}
      {{- end }}
      ports:
        - { name: http, containerPort: 8080, protocol: TCP }
      startupProbe:
        httpGet: { path: /health/live, port: http{{ $scheme }} }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /health/live, port: http{{ $scheme }} }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /health/ready, port: http{{ $scheme }} }
        periodSeconds: 5
        # The service gives its own checks 5 s.
        timeoutSeconds: 6
        failureThreshold: 2
      {{- with $values.preStopSleepSeconds }}
      lifecycle:
        preStop:
          exec: { command: [/bin/sleep, {{ int64 . | quote }}] }
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        - { name: tmp, mountPath: /tmp }
        {{- if .root.Values.apiKeys.existingSecret }}
        # A directory, not a file of it: only so does what is mounted follow the secret.
        - { name: keys, mountPath: /etc/statusledger/keys, readOnly: true }
        {{- end }}
        {{- if .root.Values.tls.existingSecret }}
        - { name: tls, mountPath: /etc/statusledger/tls, readOnly: true }
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: { sizeLimit: 64Mi }
    {{- with .root.Values.apiKeys.existingSecret }}
    - name: keys
      secret: { secretName: {{ . | quote }} }
    {{- end }}
    {{- with .root.Values.tls.existingSecret }}
    - name: tls
      secret: { secretName: {{ . | quote }} }
    {{- end }}
    {{- if ne .app "receiver" }}
    # With Kafka and ClickHouse, only receivers keep something.
    - name: data
      emptyDir: { sizeLimit: 64Mi }
    {{- end }}
  {{- with .root.Values.topologySpread }}
  {{- if .topologyKeys }}
  topologySpreadConstraints:
    {{- range $key := .topologyKeys }}
    - topologyKey: {{ $key | quote }}
      maxSkew: {{ int64 $.root.Values.topologySpread.maxSkew }}
      whenUnsatisfiable: {{ $.root.Values.topologySpread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "statusledger.selectorLabels" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
