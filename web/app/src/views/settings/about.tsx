import {useEffect, useState} from 'preact/hooks';
import {version} from '../../api/health';
import {words} from '../../words';
import {Section} from './section';

export function About() {
  const {settings: said} = words.value;
  const [name, setName] = useState('');
  useEffect(() => {
    version().then(setName, () => {});
  }, []);
  return (
    <Section title={said.about}>
      <ul>
        <li><a href="/docs">{said.docs}</a></li>
        <li><a href="/redoc">{said.reference}</a></li>
      </ul>
      {name && <p class="hint">{said.version(name)}</p>}
    </Section>
  );
}
