// The frame: who is signed in, the navigation, and the page that the address names.

import { ApiError, ask, send, session, urlOf } from './api.js';
import { fill, h, s } from './dom.js';
import { badge, button, empty, failure, isAbort, loading } from './parts.js';
import { signIn } from './signin.js';
import { audit } from './pages/audit.js';
import { budgets } from './pages/budgets.js';
import { models } from './pages/models.js';
import { overview } from './pages/overview.js';
import { playground } from './pages/playground.js';
import { requests } from './pages/requests.js';
import { scopes } from './pages/scopes.js';
import { secrets } from './pages/secrets.js';
import { usage } from './pages/usage.js';

/** @typedef {(context: import('./types.js').PageContext) => unknown} Page */

/** @type {[string, [string, string, Page][]][]} */
const SECTIONS = [
  ['', [['overview', 'Overview', overview], ['models', 'Models', models], ['playground', 'Playground', playground]]],
  ['Access', [['keys', 'Keys', scopes('keys')], ['projects', 'Projects', scopes('projects')], ['teams', 'Teams', scopes('teams')], ['secrets', 'Provider keys', secrets]]],
  ['Spending', [['usage', 'Usage', usage], ['requests', 'Requests', requests], ['budgets', 'Budgets', budgets]]],
  ['Record', [['audit', 'Audit log', audit]]],
];

const PAGES = new Map(SECTIONS.flatMap(([, pages]) => pages).map(([name, , page]) => [name, page]));

// What works for everybody who may ask at all; the rest is for administrators.
const FOR_ALL = ['overview', 'models', 'playground'];

const app = /** @type {HTMLElement} */ (document.getElementById('app'));
const main = h('main', { id: 'main', tabindex: '-1' });
let version = '';
let ending = new AbortController();

session.onRefused = error => askForKey(error.message);
addEventListener('hashchange', () => {
  if (main.isConnected) {
    main.focus({ preventScroll: true });
    route();
  }
});
await start();

/** Finds out whether keys are asked for, and whether the one of this tab is taken. */
async function start() {
  fill(app, h('div', { class: 'splash' }, loading()));
  try {
    /** @type {import('./types.js').Health} */
    const health = await ask('health', { key: '' });
    version = health.version;

    // It tells all to everybody where nobody is asked for a key, and else to administrators alone.
    session.open = health.uptime_s !== undefined;
    if (session.open) {
      session.signOut();
    } else if (session.key) {
      await send('admin/usage?limit=1', { quiet: true });
    } else {
      askForKey();
      return;
    }

    frame();
    route();
  } catch (fault) {
    if (fault instanceof ApiError && fault.isRefusal) {
      askForKey(fault.message);
    } else {
      fill(app, h('div', { class: 'splash' }, failure(fault, start)));
    }
  }
}

/** @param {string} [message] What the gateway said to the key before. */
function askForKey(message) {
  ending.abort();
  session.signOut();
  closeDialogs();
  signIn(app, start, message);
}

function frame() {
  /** @type {HTMLButtonElement} */
  const toggle = h('button', { type: 'button', class: 'menu', 'aria-expanded': 'false', 'aria-controls': 'nav', onclick: () => toggleMenu(toggle) }, 'Menu');
  fill(app,
    h('a', { class: 'skip', href: '#main', onclick: event => { event.preventDefault(); main.focus(); } }, 'Skip to the page'),
    h('aside', {},
      h('div', { class: 'brand' }, mark(), h('span', {}, 'Switchboard'), h('small', { class: 'muted' }, version), toggle),
      h('nav', { id: 'nav', 'aria-label': 'Pages' },
        SECTIONS.map(([title, pages]) => h('div', {}, title ? h('h2', {}, title) : null, pages.map(([name, text]) => h('a', { href: `#/${name}`, 'data-page': name }, text)))),
        h('div', { class: 'foot' },
          h('a', { href: urlOf('docs'), target: '_blank', rel: 'noreferrer' }, 'API reference'),
          session.open ? badge('no keys needed') : button('Sign out', () => askForKey())))),
    main);
}

/** @param {HTMLElement} toggle @param {boolean} [isOpen] */
function toggleMenu(toggle, isOpen = toggle.getAttribute('aria-expanded') !== 'true') {
  toggle.setAttribute('aria-expanded', String(isOpen));
  app.classList.toggle('menu-open', isOpen);
}

/** Shows the page that the address names. */
async function route() {
  ending.abort();
  ending = new AbortController();
  closeDialogs();
  const [path, query] = location.hash.slice(2).split('?', 2);
  const [name, id] = path.split('/', 2).map(decodeURIComponent);
  const page = PAGES.get(name || 'overview');
  for (const link of app.querySelectorAll('nav a[data-page]')) {
    if (link.getAttribute('data-page') === (name || 'overview')) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }

  const menu = app.querySelector('.menu');
  if (menu instanceof HTMLElement) {
    toggleMenu(menu, false);
  }

  const context = { root: main, id: id || null, query: new URLSearchParams(query), signal: ending.signal };
  fill(main);
  scrollTo(0, 0);
  if (!page) {
    fill(main, empty('There is no such page.', h('a', { href: '#/overview' }, 'Go to the overview')));
  } else if (session.open && !FOR_ALL.includes(name || 'overview')) {
    await explain(context);
  } else {
    try {
      await page(context);
    } catch (fault) {
      if (!isAbort(fault)) {
        fill(main, failure(fault, route));
      }
    }
  }
}

/** Where nobody is asked for a key there is no administrator: the gateway says what to do. @param {import('./types.js').PageContext} context */
async function explain({ root, signal }) {
  try {
    await send('admin/usage?limit=1', { signal });
    location.reload();
  } catch (fault) {
    if (!isAbort(fault)) {
      fill(root, h('div', { class: 'notice' }, h('span', {}, fault instanceof Error ? fault.message : String(fault))));
    }
  }
}

function closeDialogs() {
  document.querySelectorAll('dialog').forEach(dialog => dialog.close());
}

function mark() {
  return s('svg', { viewBox: '0 0 24 24', class: 'mark', 'aria-hidden': 'true' },
    s('rect', { width: 24, height: 24, rx: 6 }),
    s('path', { d: 'M5 8h5c4 0 4 8 8 8h1M5 16h5c1 0 1.7-.5 2.3-1.2M14.6 9.2C15.5 8.4 16.5 8 18 8h1' }));
}
