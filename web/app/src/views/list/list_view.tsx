import {useEffect} from 'preact/hooks';
import {handle} from '../../model/keys';
import {filter, followClock, isFiltered, rows} from '../../model/list';
import {isLoaded} from '../../model/sync';
import {tasks} from '../../model/tasks';
import {words} from '../../words';
import {handlers} from './commands';
import {DropTargets} from './drop_targets';
import {DueDialog} from './due_dialog';
import {Empty} from './empty';
import {Grid} from './grid';
import {QuickAdd} from './quick_add';
import {SelectBar} from './select_bar';
import {Side} from './side';
import {asked} from './state';
import {TagsDialog} from './tags_dialog';
import {Toolbar} from './toolbar';
import './list.css';

function Tasks() {
  if (rows.value.length > 0) return <Grid />;
  if (!isLoaded.value) return <p class="list-empty" role="status">{words.value.app.loading}</p>;
  return <Empty isNew={tasks.value.length === 0 && !isFiltered(filter.value)} />;
}

function Asked() {
  const now = asked.value;
  if (!now) return null;
  return now.kind === 'due' ? <DueDialog tasks={now.tasks} /> : <TagsDialog tasks={now.tasks} />;
}

export function ListView() {
  useEffect(followClock, []);
  useEffect(() => handle(handlers), []);
  return (
    <div class="list-view">
      <Side />
      <section class="list-column" aria-labelledby="list-title">
        <QuickAdd />
        <Toolbar />
        <Tasks />
        <SelectBar />
      </section>
      <DropTargets />
      <Asked />
    </div>
  );
}
