// Asks the gateway. The key is kept for this tab alone, and leaves it in one header only.

const STORE = 'switchboard.key';

// The console is served at PREFIX/console/, the API beside it.
const ROOT = new URL('..', document.baseURI);

/** The codes of a 403 that say something of the key, and not of this one request. */
const REFUSED = ['administrator_required', 'access_disabled', 'address_not_allowed'];

/** What the gateway answered where it did not do as asked. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 where there was no answer.
   * @param {string} code
   * @param {string} message
   * @param {string | null} requestId
   */
  constructor(status, code, message, requestId) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }

  /** Whether another key would help. */
  get isRefusal() {
    return this.status === 401 || (this.status === 403 && REFUSED.includes(this.code));
  }
}

/** Who signed in, and what follows from it. */
export const session = {
  /** Nobody is asked for a key. */
  open: false,

  /** Called with what the gateway said when it does not take the key any longer. @type {(error: ApiError) => void} */
  onRefused: () => {},

  get key() {
    return sessionStorage.getItem(STORE) ?? '';
  },

  /** @param {string} key */
  signIn(key) {
    sessionStorage.setItem(STORE, key);
  },

  signOut() {
    sessionStorage.removeItem(STORE);
  },
};

/** The address of a path, for people to read. @param {string} path */
export const urlOf = path => new URL(path, ROOT).toString();

/**
 * Sends a request and gives the answer as it is, or throws what went wrong.
 * @param {string} path Relative to the gateway.
 * @param {{ method?: string, body?: unknown, signal?: AbortSignal, accept?: string, key?: string, quiet?: boolean }} [options]
 *   key: another than the session's. quiet: a refusal is told to the caller alone.
 */
export async function send(path, { method = 'GET', body, signal, accept = 'application/json', key = session.key, quiet = false } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }

  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }

  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(new URL(path, ROOT), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
    });
  } catch (fault) {
    signal?.throwIfAborted();
    throw new ApiError(0, 'unreachable', `The gateway does not answer (${fault instanceof Error ? fault.message : fault}).`, null);
  }

  // /health says with 503 what is the matter, in the same words as with 200.
  if (answer.ok || (path === 'health' && answer.status === 503)) {
    return answer;
  }

  const error = await errorOf(answer);
  // Where nobody was asked for a key, somebody may have made the first one meanwhile.
  if (!quiet && (session.open ? error.status === 401 : error.isRefusal)) {
    session.onRefused(error);
  }

  throw error;
}

/** The JSON of an answer. @param {string} path @param {Parameters<typeof send>[1]} [options] @returns {Promise<any>} */
export async function ask(path, options) {
  return (await send(path, options)).json();
}

/**
 * All pages of a list, up to a number of them.
 * @template T
 * @param {string} path
 * @param {Record<string, string>} [query]
 * @param {AbortSignal} [signal]
 * @param {number} [mostPages]
 * @returns {Promise<{ data: T[], isWhole: boolean }>}
 */
export async function askAll(path, query = {}, signal, mostPages = 10) {
  /** @type {T[]} */
  const data = [];
  const parameters = new URLSearchParams({ limit: '1000', ...query });
  for (let page = 0; page < mostPages; page++) {
    /** @type {import('./types.js').Page<T>} */
    const part = await ask(`${path}?${parameters}`, { signal });
    data.push(...part.data);
    if (!part.has_more || part.last_id === null) {
      return { data, isWhole: true };
    }

    parameters.set('after', part.last_id);
  }

  return { data, isWhole: false };
}

/** @param {Response} answer */
async function errorOf(answer) {
  const text = await answer.text().catch(() => '');
  let message = '';
  let code = '';
  try {
    const body = JSON.parse(text);
    message = body?.error?.message ?? body?.message ?? (typeof body?.error === 'string' ? body.error : '');
    code = body?.error?.code ?? body?.error?.type ?? '';
  } catch {
    // Something between us and the gateway answered: its status is all there is to tell.
  }

  return new ApiError(answer.status, String(code), String(message) || `The answer was ${answer.status} ${answer.statusText}.`.replace(' .', '.'), answer.headers.get('x-request-id'));
}
