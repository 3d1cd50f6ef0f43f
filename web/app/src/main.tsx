import {render} from 'preact';
import {registerWorker} from './model/app_worker';
import {resume} from './model/session';
import {startTheme} from './model/theme';
import './style/base.css';
import './style/parts.css';
import {App} from './views/app';
import {startLanguage} from './words';

async function start(): Promise<void> {
  startTheme();
  await startLanguage();
  const root = document.getElementById('app');
  if (root) render(<App />, root);
  await resume();
  // Without it the page is what it is, but for starting offline.
  await registerWorker().catch(() => {});
}

void start();
