import {useEffect, useRef} from 'preact/hooks';
import {handle} from '../../model/keys';
import {filter, isFiltered, rows} from '../../model/list';
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
import {asked, closeSide, followWidth, isNarrow, isSideOpen} from './state';
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
  useEffect(() => handle(handlers), []);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current ? followWidth(ref.current) : undefined, []);
  return (
    <div ref={ref} class={isNarrow.value ? 'list-view list-narrow' : 'list-view'}>
      <Side />
      {isNarrow.value && isSideOpen.value && <div class="side-behind" onClick={closeSide} />}
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
