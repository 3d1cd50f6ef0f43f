import {Place} from '../../parts/place';
import {words} from '../../words';
import {About} from './about';
import {Account} from './account';
import {ApiKeys} from './api_keys';
import {Appearance} from './appearance';
import {Connect} from './connect';
import {Tokens} from './tokens';
import './settings.css';

export function Settings() {
  return (
    <Place title={words.value.app.settings}>
      <Account />
      <Appearance />
      <Tokens />
      <Connect />
      <ApiKeys />
      <About />
    </Place>
  );
}
