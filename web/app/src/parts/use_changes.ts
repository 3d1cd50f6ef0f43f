import {effect} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {connection} from '../model/sync';
import {tasks} from '../model/tasks';

const afterMs = 300;

/// Calls `read` at first, and soon after tasks have changed or todod can be reached again.
export function useChanges(read: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const stop = effect(() => {
      void tasks.value;
      void connection.value;
      if (isFirst) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        read();
      }, afterMs);
    });
    isFirst = false;
    read();
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}
