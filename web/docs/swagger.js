'use strict';

// The name of the bearer scheme in /openapi.json.
const SCHEME = 'bearer';

const element = (id) => document.getElementById(id);

const ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: 'none',
});

/// The answer's JSON; throws an Error with what the server says is wrong.
async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const fields = (answer.errors ?? []).map((error) => `${error.loc.at(-1)}: ${error.msg}`);
  throw new Error(fields.join('; ') || answer.detail || `${path} answered ${response.status}`);
}

function say(message, failed = false) {
  element('message').textContent = message;
  element('message').classList.toggle('failed', failed);
}

function show_signed_in({access_token, user}) {
  ui.preauthorizeApiKey(SCHEME, access_token);
  element('who').textContent = user.name ? `${user.name} (${user.email})` : user.email;
  element('user-id').textContent = user.id;
  element('sign-in').hidden = true;
  element('signed-in').hidden = false;
  element('sign-in').reset();
  element('sign-out').focus();
}

async function sign_in(how) {
  const email = element('email').value;
  const password = element('password').value;
  if (how === 'register') {
    await post('/api/auth/register', {name: element('name').value, email, password});
  }
  show_signed_in(await post('/api/auth/login', {email, password}));
}

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const buttons = element('sign-in').querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  say('One moment …');
  try {
    await sign_in(event.submitter?.value ?? 'login');
    say('Signed in: requests made from this page carry your token.');
  } catch (error) {
    say(error.message, true);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
});

element('sign-out').addEventListener('click', () => {
  ui.authActions.logout([SCHEME]);
  element('signed-in').hidden = true;
  element('sign-in').hidden = false;
  element('email').focus();
  say('Signed out.');
});
