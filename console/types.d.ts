// What the gateway answers, as far as the console reads it.

export interface Page<T> { data: T[]; has_more: boolean; last_id: string | null }

export interface Limits {
  requests_per_minute: number | null;
  requests_per_day: number | null;
  tokens_per_minute: number | null;
  tokens_per_day: number | null;
  concurrent_requests: number | null;
  models?: Record<string, Limits>;
}

export interface Budget { period: 'day' | 'month' | 'total'; amount: number; warn_at: number }

/** A key, a project or a team: who it is, and the policy it brings. */
export interface Scope {
  id: string;
  name: string;
  created_at: number;
  updated_at: number;
  disabled: boolean;
  expires_at: number | null;
  allowed_models: string[];
  allowed_providers: string[];
  allowed_addresses: string[];
  limits: Limits;
  budgets: Budget[];
  metadata: Record<string, string>;
  team_id?: string | null;
  project_id?: string | null;
  administrator?: boolean;
  key_head?: string;
  key_tail?: string;
  grace_until?: number | null;
  last_used_at?: number | null;
  /** The key itself: in the answer to making or rotating one, and never again. */
  key?: string;
}

export interface LimitStanding { id: string; limit: string; model: string | null; most: number; remaining: number; resets_in_ms: number }

export interface BudgetStanding {
  id: string;
  scope: string;
  scope_id: string;
  name: string;
  period: string;
  limit: number;
  spent: number;
  remaining: number;
  warn_at: number;
  resets_at: number | null;
}

export interface Usage {
  day?: string;
  model?: string;
  key?: string;
  project?: string;
  provider?: string;
  deployment?: string;
  operation?: string;
  requests: number;
  failed: number;
  cancelled: number;
  from_cache: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  reasoning_tokens: number;
  cost: number | null;
  cost_unknown: number;
}

export interface UsageRow {
  id: string;
  at: string;
  request_id: string;
  key: string;
  project: string;
  user: string;
  operation: string;
  model: string;
  provider: string;
  deployment: string;
  prompt_tokens: number;
  completion_tokens: number;
  cost: number | null;
  cached: boolean;
  stream: boolean;
  estimated: boolean;
  attempts: number;
  outcome: string;
  status: number;
  error: string | null;
  duration_ms: number;
  first_byte_ms: number | null;
}

export interface Model {
  id: string;
  owned_by: string;
  created: number;
  description?: string;
  context_length?: number;
  max_output_tokens?: number;
  capabilities?: string[];
  pricing?: Record<string, unknown> & { input?: number; output?: number; cached_input?: number };
}

export interface Secret { name: string; updated_at: number; decryptable: boolean; used_by: string[] }

export interface AuditEntry {
  id: string;
  at: number;
  actor: string;
  action: string;
  target: string;
  address: string | null;
  request_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface Health {
  status: string;
  version: string;
  uptime_s?: number;
  requests_running?: number;
  dependencies?: Record<string, unknown>;
  providers?: Record<string, { status: string; type: string; deployments: number; open_breakers: number; cooling: number; in_flight: number }>;
  configuration?: { taken_at: string; refused_at?: string };
}

/** What a page gets: where to draw, what the address says, and when it ends. */
export interface PageContext {
  root: HTMLElement;
  id: string | null;
  query: URLSearchParams;
  signal: AbortSignal;
}
