// Opens /docs, sends the example of chat completions and a call of the admin API by the page's own buttons, and says what it saw.
import puppeteer from 'puppeteer-core';

const [executablePath, origin] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, headless: true, timeout: 120_000, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const foreign = [];
  const errors = [];
  page.on('request', request => { if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) foreign.push(request.url()); });
  page.on('pageerror', error => errors.push(String(error)));
  await page.goto(`${origin}/docs`, { waitUntil: 'networkidle0' });
  const title = await page.title();
  await page.waitForSelector('.opblock-tag');
  const operations = await page.evaluate(() => window.ui.specSelectors.operations().size);
  const seen = await send(page, 'Chat', 'createChatCompletion');
  const admin = await send(page, 'Gateway: audit', 'adminAuditList');
  console.log(JSON.stringify({ title, operations, foreign, errors, admin, ...seen }));
} finally {
  await browser.close();
}

async function send(page, tag, operation) {
  await page.$eval(`.opblock-tag[data-tag="${tag}"]`, heading => heading.click());
  const block = `[id^="operations-"][id$="-${operation}"]`;
  await page.waitForSelector(block);
  await page.$eval(`${block} .opblock-summary-control`, control => control.click());
  await page.waitForSelector(`${block} .execute`);
  // The button is there before the field that it sends: until something was sent, it is pressed again.
  for (let sent = null; !sent;) {
    await page.click(`${block} .execute`);
    sent = await page.waitForSelector(`${block} .live-responses-table .response-col_status`, { timeout: 2000 }).catch(() => null);
  }
  const url = await page.$eval(`${block} .request-url pre`, text => text.textContent.trim());
  return page.$eval(`${block} .live-responses-table`, (table, url) => ({
    url,
    status: table.querySelector('.response .response-col_status').textContent.trim().slice(0, 3),
    body: table.querySelector('.highlight-code').textContent.replace(/^[^{]*/, ''),
  }), url);
}
