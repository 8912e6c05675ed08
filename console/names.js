// The ledger and the budgets know keys and projects by their ids; people know them by their names.

import { askAll } from './api.js';

/** @typedef {import('./types.js').Scope} Scope */

/**
 * The names of all keys, or projects, or teams, by id.
 * @param {'keys' | 'projects' | 'teams'} kind
 * @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, string>>}
 */
export async function namesOf(kind, signal) {
  /** @type {{ data: Scope[] }} */
  const { data } = await askAll(`admin/${kind}`, {}, signal);
  return new Map(data.map(scope => [scope.id, scope.name]));
}

/** Who a row is of, for people. @param {Map<string, string>} names @param {string | undefined} id */
export function nameOf(names, id) {
  return !id ? 'none' : id === 'master' ? 'master key' : names.get(id) ?? id;
}
