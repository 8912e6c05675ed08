// Goes through /console/ as an administrator does, and says what was to be seen.
import puppeteer from 'puppeteer-core';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGES = ['overview', 'models', 'playground', 'keys', 'projects', 'teams', 'secrets', 'usage', 'requests', 'budgets', 'audit'];
const [executablePath, scenario, argument] = process.argv.slice(2);
const { origin, master, model, slow, downloads } = JSON.parse(argument);
let visits = 0;
const browser = await puppeteer.launch({ executablePath, headless: true, timeout: 120_000, protocolTimeout: 240_000, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.setViewport({ width: 1440, height: 900 });
  const seen = { foreign: [], errors: [], addresses: [] };
  page.on('request', request => {
    seen.addresses.push(request.url());
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${origin}/`)) seen.foreign.push(request.url());
  });
  page.on('pageerror', error => seen.errors.push(String(error)));

  // The browser itself notes each answer that is an error; those are the scenario's own to tell.
  page.on('console', message => { if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) seen.errors.push(message.text()); });
  await page.exposeFunction('tellViolation', violation => seen.errors.push(violation));
  await page.evaluateOnNewDocument(() => addEventListener('securitypolicyviolation', event => window.tellViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`)));
  await page.goto(`${origin}/console`);
  Object.assign(seen, await (scenario === 'open' ? open(page) : administrate(page, seen)));
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

// Where nobody is asked for a key.
async function open(page) {
  const title = await text(page, 'main h1');
  const said = await chat(page, model, 'Say hello.');
  await go(page, 'keys');
  return { title, answer: said.answer, command: said.command, admin: await text(page, 'main .notice') };
}

async function administrate(page, seen) {
  await signIn(page, 'sk-nobody-has-this-key');
  const refused = await text(page, '.sign-in .notice');
  await signIn(page, master);
  const title = await text(page, 'main h1');

  // A name is text, whatever it looks like.
  const name = '<img src=x onerror="window.wasRun=1">';
  await go(page, 'keys');
  await press(page, 'main', 'Create key');
  await page.waitForSelector('dialog input');
  await page.type('dialog input', name);
  await press(page, 'dialog footer', 'Create');
  await page.waitForSelector('dialog input[readonly]');
  const key = await page.$eval('dialog input[readonly]', input => input.value);
  await press(page, 'dialog footer', 'Done');
  await page.waitForSelector('main td a');
  const listed = await text(page, 'main td a');
  const isKeyGone = await page.evaluate(key => !document.documentElement.outerHTML.includes(key) && ![...document.querySelectorAll('input, textarea')].some(input => input.value.includes(key)), key);
  const id = await page.$eval('main td a', link => decodeURIComponent(link.getAttribute('href').split('/').at(-1)));

  const said = await chat(page, model, 'Say hello.');
  const stopped = await stop(page, slow);

  await go(page, 'requests');
  const row = await text(page, `main tr ::-p-text(${model})`, 'tr');
  await go(page, 'usage');
  await page.waitForSelector('main table');
  const csv = await download(page);

  const narrow = await widths(page);
  await page.setViewport({ width: 1440, height: 900 });
  await go(page, `keys/${id}`);
  const keyTitle = await text(page, 'main h1');
  await press(page, 'main', 'Disable');
  await page.waitForSelector('main .badge.bad');
  const state = await text(page, 'main .badge.bad');
  const wasRun = await page.evaluate(() => window.wasRun === 1 || document.querySelector('img') !== null);
  await press(page, 'nav', 'Sign out');
  await page.waitForSelector('.sign-in');
  const kept = await page.evaluate(() => sessionStorage.length + localStorage.length + document.cookie.length);
  const lost = await lose(page);
  return { title, refused, lost, name, key, id, listed, isKeyGone, answer: said.answer, result: said.result, command: said.command, stopped, row, csv, narrow, keyTitle, state, wasRun, kept, isTold: seen.addresses.some(address => address.includes(master) || address.includes(key)) };
}

// Somebody else disables the key of who is signed in.
async function lose(page) {
  const ask = async (method, path, body) => (await fetch(`${origin}/admin/keys${path}`, { method, headers: { 'Authorization': `Bearer ${master}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const made = await ask('POST', '', { name: 'administrator', administrator: true });
  await signIn(page, made.key);
  await page.waitForSelector('main h1');
  await ask('PATCH', `/${made.id}`, { disabled: true });
  await page.evaluate(() => { location.hash = '#/budgets'; });
  return text(page, '.sign-in .notice');
}

async function signIn(page, key) {
  await page.waitForSelector('.sign-in input');
  await page.$eval('.sign-in input', input => { input.value = ''; });
  await page.type('.sign-in input', key);
  await page.click('.sign-in button');
}

// A page is there when its title is; another address each time has it drawn anew.
async function go(page, name) {
  await page.evaluate((name, visit) => { document.querySelector('main').replaceChildren(); location.hash = `#/${name}?visit=${visit}`; }, name, ++visits);
  await page.waitForSelector('main h1, main .notice');
}

async function press(page, within, label) {
  await until(page, (within, label) => {
    const found = [...document.querySelectorAll(`${within} button`)].find(button => button.textContent === label && !button.disabled);
    found?.click();
    return found !== undefined;
  }, within, label);
}

// Asks again and again. Puppeteer's own way makes functions of text, which the page's policy forbids.
async function until(page, holds, ...values) {
  for (const end = Date.now() + 120_000; !await page.evaluate(holds, ...values);) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${holds}; there is: ${await page.evaluate(() => document.body.innerText)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function text(page, selector, closest) {
  const found = await page.waitForSelector(selector);
  return found.evaluate((element, closest) => (closest ? element.closest(closest) : element).textContent, closest);
}

async function say(page, model, message) {
  await go(page, 'playground');
  await until(page, model => [...document.querySelectorAll('main select option')].some(option => option.value === model), model);
  await page.select('main select', model);
  await page.type('main textarea[aria-label=Message]', message);
  const command = await page.$eval('main textarea[readonly]', area => area.value);
  await press(page, 'main', 'Send');
  return command;
}

async function chat(page, model, message) {
  const command = await say(page, model, message);
  await until(page, () => /Finish(?!…).+Request/.test(document.querySelector('.took').textContent) && document.querySelector('.talk .assistant .text')?.textContent.length > 1);
  if (scenario !== 'open') {
    // The ledger tells what a stream cost.
    await until(page, () => /Cost\$/.test(document.querySelector('.took').textContent));
  }

  return { command, answer: await text(page, '.talk .assistant .text'), result: await text(page, '.took') };
}

async function stop(page, model) {
  await say(page, model, 'Never end.');
  await until(page, () => document.querySelector('.talk .assistant .text')?.textContent.startsWith('Wait'));
  await press(page, 'main', 'Stop');
  await until(page, () => /Finishstopped/.test(document.querySelector('.took').textContent));
  return text(page, '.took');
}

async function download(page) {
  const session = await browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allowAndName', downloadPath: downloads, eventsEnabled: true });
  const done = new Promise(resolve => session.on('Browser.downloadProgress', progress => progress.state === 'completed' && resolve(progress.guid)));
  await press(page, 'main', 'Download CSV');
  const file = join(downloads, await done);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

// How much wider than a small phone each page is.
async function widths(page) {
  await page.setViewport({ width: 360, height: 740 });
  const all = {};
  for (const name of PAGES) {
    await go(page, name);
    await until(page, () => !document.querySelector('main .loading'));
    all[name] = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  return all;
}
