{{- define "switchboard.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "switchboard.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "switchboard.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "switchboard.selectorLabels" . }}
{{- end }}

{{- define "switchboard.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "switchboard.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "switchboard.secretName" -}}
{{- default (include "switchboard.fullname" .) .Values.existingSecret }}
{{- end }}

{{- /* What would start and be wrong is refused: pods that know nothing of each other's keys, and a gateway without any. */ -}}
{{- define "switchboard.validate" -}}
{{- if not .Values.existingSecret }}
{{- if not .Values.secret.SWITCHBOARD_MASTER_KEY }}
{{- fail "Set existingSecret, or secret.SWITCHBOARD_MASTER_KEY (32 characters or more): without a key a gateway does not listen beyond its pod." }}
{{- end }}
{{- if and (or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1)) (not .Values.secret.DATABASE_URL) }}
{{- fail "Several gateways need one database: set secret.DATABASE_URL, or replicaCount=1 and autoscaling.enabled=false." }}
{{- end }}
{{- end }}
{{- end }}
