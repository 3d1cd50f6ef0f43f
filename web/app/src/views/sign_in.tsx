import {useState} from 'preact/hooks';
import {Problem} from '../api/client';
import {explain} from '../model/actions';
import {signIn, signUp} from '../model/session';
import {words} from '../words';
import './sign_in.css';

export function SignIn() {
  const {signIn: said} = words.value;
  const [isNew, setIsNew] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '');
    setIsBusy(true);
    setFailure('');
    try {
      if (isNew) {
        await signUp(text('name').trim(), text('email').trim(), text('password'));
      } else {
        await signIn(text('email').trim(), text('password'));
      }
    } catch (error) {
      const isWrong = !isNew && error instanceof Problem && error.status === 401;
      setFailure(isWrong ? said.wrong : explain(error));
      setIsBusy(false);
    }
  };

  return (
    <main class="sign-in">
      <h1>{isNew ? said.titleNew : said.title}</h1>
      <form class="form" onSubmit={submit}>
        {isNew && (
          <label class="field">
            {said.name}
            <input name="name" autocomplete="name" maxLength={100} required />
          </label>
        )}
        <label class="field">
          {said.email}
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label class="field">
          {said.password}
          <input
            name="password"
            type="password"
            autocomplete={isNew ? 'new-password' : 'current-password'}
            minLength={8}
            maxLength={128}
            aria-describedby="password-hint"
            required
          />
          <span id="password-hint" class="hint">{said.passwordHint}</span>
        </label>
        <p class="failure" role="alert">{failure}</p>
        <button type="submit" class="button button-first" disabled={isBusy}>
          {isNew ? said.signUp : said.signIn}
        </button>
      </form>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          setIsNew(!isNew);
          setFailure('');
        }}
      >
        {isNew ? said.toSignIn : said.toSignUp}
      </button>
    </main>
  );
}
