import {useEffect, useRef} from 'preact/hooks';
import type {User} from '../api/types';
import '../model/install';
import {isAssistantOpen} from '../model/panel';
import {route} from '../model/route';
import {user} from '../model/session';
import {keepFocus} from '../parts/keep_focus';
import {lazy, loadAll} from '../parts/lazy';
import {Notices} from '../parts/notices';
import {words} from '../words';
import {Assistant} from './assistant/assistant';
import {Header} from './header';
import {ListView} from './list/list_view';
import {SignIn} from './sign_in';
import {TaskPanel} from './task/task_panel';
import './app.css';

// What is not seen first is loaded when it is looked at.
const TrashView = lazy(async () => (await import('./trash')).TrashView);
const LogView = lazy(async () => (await import('./log')).LogView);
const Settings = lazy(async () => (await import('./settings/settings')).Settings);

function Place() {
  switch (route.value.place) {
    case 'tasks': return <ListView />;
    case 'trash': return <TrashView />;
    case 'log': return <LogView />;
    case 'settings': return <Settings />;
  }
}

const loadAllAfterMs = 5000;

function SignedIn() {
  const {taskId} = route.value;
  useEffect(keepFocus, []);
  useEffect(() => {
    const timer = setTimeout(loadAll, loadAllAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="app">
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}>
        {words.value.app.skip}
      </a>
      <Header />
      <main id="main" class="app-main" tabIndex={-1}><Place /></main>
      {taskId !== null && <TaskPanel key={taskId} id={taskId} />}
      {isAssistantOpen.value && <Assistant />}
    </div>
  );
}

/// Who has just signed in goes on in the page: the form that had the focus is gone.
function useFocusAfterSigningIn(who: User | null | undefined): void {
  const before = useRef(who);
  useEffect(() => {
    if (who && before.current === null) document.getElementById('main')?.focus();
    before.current = who;
  }, [who]);
}

export function App() {
  const who = user.value;
  useFocusAfterSigningIn(who);
  return (
    <>
      {who === undefined && <p class="app-loading" role="status">{words.value.app.loading}</p>}
      {who === null && <SignIn />}
      {who && <SignedIn key={who.id} />}
      <Notices />
    </>
  );
}
