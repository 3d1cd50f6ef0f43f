import {signal} from '@preact/signals';

/// Whether the assistant is open beside the tasks.
export const isAssistantOpen = signal(false);
