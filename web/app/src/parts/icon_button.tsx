import type {ButtonHTMLAttributes} from 'preact';
import {Icon, type IconName} from './icon';

type Props = Omit<ButtonHTMLAttributes, 'label'> & {icon: IconName; label: string};

/// A button that shows an icon; `label` is what it is called.
export function IconButton({icon, label, ...others}: Props) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} {...others}>
      <Icon name={icon} />
    </button>
  );
}
