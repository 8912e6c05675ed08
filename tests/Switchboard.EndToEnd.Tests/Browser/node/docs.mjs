// Opens /docs, sends the example of chat completions by the page's own button, and says what it saw.
import puppeteer from 'puppeteer-core';

const [executablePath, origin] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  const foreign = [];
  const errors = [];
  page.on('request', request => { if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) foreign.push(request.url()); });
  page.on('pageerror', error => errors.push(String(error)));
  await page.goto(`${origin}/docs`, { waitUntil: 'networkidle0' });
  const title = await page.title();
  await page.waitForSelector('.opblock-tag');
  const operations = await page.evaluate(() => window.ui.specSelectors.operations().size);
  await page.$eval('.opblock-tag[data-tag="Chat"]', tag => tag.click());
  const block = '#operations-Chat-createChatCompletion';
  await page.waitForSelector(block);
  await page.$eval(`${block} .opblock-summary-control`, control => control.click());
  await page.waitForSelector(`${block} .execute`);
  // The button is there before the field that it sends: until something was sent, it is pressed again.
  for (let sent = null; !sent;) {
    await page.click(`${block} .execute`);
    sent = await page.waitForSelector(`${block} .live-responses-table .response-col_status`, { timeout: 2000 }).catch(() => null);
  }
  const seen = await page.$eval(`${block} .live-responses-table`, table => ({
    status: table.querySelector('.response .response-col_status').textContent.trim(),
    body: table.querySelector('.highlight-code').textContent.replace(/^[^{]*/, ''),
  }));
  console.log(JSON.stringify({ title, operations, foreign, errors, ...seen }));
} finally {
  await browser.close();
}
