// What the page costs: bytes on the way, work of the browser's main thread, frames while scrolling.

/// What is measured of the main thread is the time that it has worked, however busy the machine is.
const WORK = {timeDomain: 'threadTicks'};
const SCROLL_STEP = 600;
const SCROLL_EVERY_MS = 50;

/// Follows what a page loads: gives a function that says how many bytes came of each script.
export async function follow_scripts(page) {
  const session = await page.context().newCDPSession(page);
  const urls = new Map();
  const bytes = new Map();
  session.on('Network.responseReceived', ({requestId, type, response}) => {
    if (type === 'Script') urls.set(requestId, response.url);
  });
  session.on('Network.loadingFinished', ({requestId, encodedDataLength}) => {
    if (urls.has(requestId)) bytes.set(urls.get(requestId), encodedDataLength);
  });
  await session.send('Network.enable');
  return () => bytes;
}

/// Seconds that the main thread has worked: {task, script, layout}.
export async function work_of(session) {
  const {metrics} = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    task: of('TaskDuration'), script: of('ScriptDuration'),
    layout: of('LayoutDuration') + of('RecalcStyleDuration'),
  };
}

/// A session that measures work; where `rate` is more than 1, the processor is so much slower.
export async function measure(page, {rate = 1} = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', WORK);
  if (rate > 1) await session.send('Emulation.setCPUThrottlingRate', {rate});
  return session;
}

/// Loads `url` until `selector` takes input: milliseconds by the clock since the visit began, and
/// what the main thread has worked for it.
export async function load(page, url, selector, options) {
  const session = await measure(page, options);
  await page.goto('about:blank');
  const before = await work_of(session);
  await page.goto(url, {waitUntil: 'commit'});
  await page.locator(selector).waitFor();
  const interactive_ms = await page.evaluate((wanted) => new Promise((done) => {
    document.querySelector(wanted).focus();
    requestAnimationFrame(() => setTimeout(() => done(performance.now())));
  }), selector);
  const after = await work_of(session);
  await session.detach();
  return {interactive_ms, work_s: after.task - before.task};
}

/// In the page: counts frames, and the rows that there are in each.
function count_frames() {
  const state = {frames: 0, most_rows: 0, least_rows: Infinity, long_tasks: 0, slowest_ms: 0};
  window.frames_seen = state;
  let last = performance.now();
  const step = (now) => {
    const rows = document.querySelectorAll('[role=row]').length;
    state.frames += 1;
    state.slowest_ms = Math.max(state.slowest_ms, now - last);
    last = now;
    state.most_rows = Math.max(state.most_rows, rows);
    state.least_rows = Math.min(state.least_rows, rows);
    state.request = requestAnimationFrame(step);
  };
  new PerformanceObserver((list) => { state.long_tasks += list.getEntries().length; })
    .observe({type: 'longtask'});
  state.started = last;
  state.request = requestAnimationFrame(step);
}

/// Turns the wheel over the list for `ms`: what was seen in each frame, and worked for it.
export async function scroll(page, ms, options) {
  const session = await measure(page, options);
  await page.mouse.move(700, 500);
  const before = await work_of(session);
  await page.evaluate(count_frames);
  const end = Date.now() + ms;
  while (Date.now() < end) {
    await page.mouse.wheel(0, SCROLL_STEP);
    await page.waitForTimeout(SCROLL_EVERY_MS);
  }
  const seen = await page.evaluate(() => {
    const {frames_seen: state} = window;
    cancelAnimationFrame(state.request);
    return {...state, seconds: (performance.now() - state.started) / 1000};
  });
  const after = await work_of(session);
  await session.send('Emulation.setCPUThrottlingRate', {rate: 1});
  await session.detach();
  const per_frame = (name) => 1000 * (after[name] - before[name]) / seen.frames;
  return {
    ...seen, fps: seen.frames / seen.seconds, task_ms: per_frame('task'),
    script_ms: per_frame('script'), layout_ms: per_frame('layout'),
  };
}
