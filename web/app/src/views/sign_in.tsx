import {useEffect, useRef, useState} from 'preact/hooks';
import {Problem} from '../api/client';
import {explain} from '../model/actions';
import {fieldErrors} from '../model/field_errors';
import {CookieRefused, signIn, signUp} from '../model/session';
import {Field} from '../parts/field';
import {words} from '../words';
import './sign_in.css';

/// What is wrong, by the field; under no name: what is not of one field.
type Errors = ReadonlyMap<string, string>;

const none: Errors = new Map();

function errorsOf(error: unknown, isNew: boolean): Errors {
  const ofFields = fieldErrors(error);
  if (ofFields.size > 0) return ofFields;
  if (error instanceof CookieRefused) return new Map([['', words.value.signIn.noCookie]]);
  const status = error instanceof Problem ? error.status : 0;
  if (isNew && status === 400) return new Map([['email', explain(error)]]);
  return new Map([['', !isNew && status === 401 ? words.value.signIn.wrong : explain(error)]]);
}

/// Sends the form, and says what is wrong with it.
function useSubmit(isNew: boolean) {
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [errors, setErrors] = useState(none);
  // The first field that is wrong is the one to go on in.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [errors]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '');
    setIsBusy(true);
    setErrors(none);
    try {
      if (isNew) {
        await signUp(text('name').trim(), text('email').trim(), text('password'));
      } else {
        await signIn(text('email').trim(), text('password'));
      }
    } catch (error) {
      setErrors(errorsOf(error, isNew));
      setIsBusy(false);
    }
  };
  return {form, isBusy, errors, submit, forget: () => setErrors(none)};
}

export function SignIn() {
  const {signIn: said} = words.value;
  const [isNew, setIsNew] = useState(false);
  const {form, isBusy, errors, submit, forget} = useSubmit(isNew);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input')?.focus();
  }, [isNew]);
  const error = (name: string) => errors.get(name) ?? '';

  return (
    <main class="sign-in">
      <header class="sign-in-head">
        <img src="/icon.svg" alt="" width="64" height="64" />
        <p class="sign-in-name">todod</p>
        <p class="sign-in-about">{said.about}</p>
      </header>
      <section class="sign-in-card" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">{isNew ? said.titleNew : said.title}</h1>
        <form ref={form} class="form" onSubmit={submit}>
          {isNew && (
            <Field
              name="name"
              label={said.name}
              error={error('name')}
              autocomplete="name"
              maxLength={100}
              required
            />
          )}
          <Field
            name="email"
            type="email"
            label={said.email}
            error={error('email')}
            autocomplete="username"
            required
          />
          <Field
            key={String(isNew)}
            name="password"
            type="password"
            label={said.password}
            hint={isNew ? said.passwordHint : undefined}
            error={error('password')}
            autocomplete={isNew ? 'new-password' : 'current-password'}
            {...(isNew ? {minLength: 8} : {})}
            maxLength={128}
            required
          />
          <p class="failure" role="alert">{error('')}</p>
          <button type="submit" class="button button-first" disabled={isBusy}>
            {isNew ? said.signUp : said.signIn}
          </button>
        </form>
        <button
          type="button"
          class="link-button"
          onClick={() => {
            setIsNew(!isNew);
            forget();
          }}
        >
          {isNew ? said.toSignIn : said.toSignUp}
        </button>
      </section>
    </main>
  );
}
