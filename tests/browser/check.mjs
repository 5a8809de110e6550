// Opens pages in a browser without a network and says what is wrong with each, as lines of JSON.
// node check.mjs {"chromium": PATH, "pages": [FILE], "shots": FOLDER}
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const given = JSON.parse(process.argv[2]);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({ executablePath: given.chromium, args: ['--no-sandbox'] });

async function open(file, width, scheme, options = {}) {
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, ...options,
  });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => wrong.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error}`));
  await context.route('**', (route) => {
    if (route.request().url() === url) return route.continue();
    wrong.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  await page.goto(url);
  return { page, context, wrong };
}

// What is wider than the window, and texts that are cut off.
const layout = () => {
  const root = document.documentElement;
  const wide = root.scrollWidth > innerWidth ? [`wider than the window: ${root.scrollWidth}`] : [];
  const inside = (node) => node.closest('.scrolled') || node.closest('.heard, .skip, .patterns, svg');
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  const cut = [...document.querySelectorAll('main *')]
    .filter((node) => !inside(node) && node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
    .map((node) => `beyond the right edge: ${node.tagName} ${node.className}`);
  return [...wide, ...cut.slice(0, 3)];
};

// Marks of one map that lie on each other.
const overlaps = () => [...document.querySelectorAll('svg.part')].flatMap((map) => {
  const boxes = [...map.querySelectorAll('.mark')].map((mark) => mark.getBBox());
  return boxes.flatMap((a, i) => boxes.slice(0, i).filter((b) => {
    const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    return across > 3 && down > 3 && Math.min(across, down) > 6;
  }).map(() => 'two marks of a map lie on each other'));
});

async function audit(page) {
  await page.addScriptTag({ content: axe });
  const found = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `axe ${one.impact} ${one.id}: ${one.nodes.length}, ${one.nodes[0].html.slice(0, 200)}`);
}

// Everything that can be used is reached by the Tab key alone, in order, and shows that it is.
async function keyboard(page) {
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
      .filter((node) => node.checkVisibility());
    all.forEach((node, index) => { node.dataset.order = String(index); });
    return all.length;
  });
  const wrong = [];
  for (let index = 0; index < wanted; index += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const node = document.activeElement;
      return { order: node.dataset.order, outline: getComputedStyle(node).outlineStyle };
    });
    if (seen.order !== String(index)) wrong.push(`Tab ${index + 1} reaches ${seen.order}`);
    else if (seen.outline === 'none') wrong.push(`what Tab ${index + 1} reaches does not show it`);
    if (wrong.length > 3) break;
  }
  const opened = await page.evaluate(() => {
    const first = document.querySelector('main details:not([open]) > summary');
    first?.focus();
    return Boolean(first);
  });
  if (opened) {
    await page.keyboard.press('Enter');
    const open = await page.evaluate(() => document.activeElement.parentElement.open);
    if (!open) wrong.push('Enter does not open what is told on demand');
  }
  return { wrong, stops: wanted };
}

// What decides shows where a pointer is, and on paper all that is told on demand is there.
async function hover(page) {
  const cell = page.locator('.matrix td[data-why]').first();
  if (!(await cell.count())) return [];
  await cell.scrollIntoViewIfNeeded();
  await cell.hover();
  const told = await cell.evaluate((node) => {
    const style = getComputedStyle(node, '::after');
    return style.position === 'fixed' && style.content.includes(node.dataset.why.slice(0, 20));
  });
  return told ? [] : ['a cell does not tell its reason to a pointer'];
}

async function paper(page) {
  await page.emulateMedia({ media: 'print' });
  const hidden = await page.evaluate(() => [...document.querySelectorAll('details:not([open])')]
    .filter((node) => !node.lastElementChild.checkVisibility()).length);
  await page.emulateMedia({ media: 'screen' });
  return hidden ? [`${hidden} parts that are told on demand are missing on paper`] : [];
}

let bad = 0;
for (const file of given.pages) {
  const name = basename(file, '.html');
  for (const scheme of ['light', 'dark']) {
    for (const width of [1280, 400]) {
      const { page, context, wrong } = await open(file, width, scheme);
      await page.screenshot({ path: join(given.shots, `${name}-${width}-${scheme}.png`), fullPage: true });
      wrong.push(...await page.evaluate(layout), ...await page.evaluate(overlaps));
      await page.reload();
      let stops = 0;
      if (scheme === 'light') {
        wrong.push(...await hover(page), ...await paper(page));
        await page.reload();
        const reached = await keyboard(page);
        stops = reached.stops;
        wrong.push(...reached.wrong);
      }
      await context.close();
      const second = await open(file, width, scheme, { bypassCSP: true });
      wrong.push(...await audit(second.page));
      await second.context.close();
      bad += wrong.length;
      console.log(JSON.stringify({ page: name, width, scheme, stops, wrong }));
    }
  }
}
await browser.close();
process.exit(bad ? 1 : 0);
