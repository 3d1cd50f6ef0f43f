import {useState} from 'preact/hooks';
import {version} from '../../api/health';
import {useReading} from '../../parts/use_reading';
import {words} from '../../words';
import {Section} from './section';

export function About() {
  const {settings: said} = words.value;
  const [name, setName] = useState('');
  useReading(() => {
    version().then(setName, () => {});
  });
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
