import {useEffect} from 'preact/hooks';
import {connection} from '../model/sync';

/// Calls `read` at first, and when todod can be reached again.
export function useReading(read: () => void): void {
  const isOffline = connection.value === 'offline';
  useEffect(read, [isOffline]);
}
