// What people look for on the page, by the names that it has for them.

export const list_of = (page) => page.getByRole('grid', {name: 'Tasks'});

/// A task's row in the list.
export const row_of = (page, title) => list_of(page).getByRole('row')
  .filter({has: page.getByRole('link', {name: title, exact: true})});

export const title_of = (page, title) =>
  list_of(page).getByRole('link', {name: title, exact: true});

/// The task that is open beside the list.
export const panel_of = (page) =>
  page.getByRole('complementary', {name: /^(Task \d+|New task)$/});

/// What is said in passing.
export const notice = (page, text) => page.getByRole('region', {name: 'Messages'})
  .locator('div').filter({has: page.getByText(text, {exact: true})});

/// Adds a task by a line, and waits until it is in the list.
export async function add_task(page, line) {
  const field = page.getByRole('textbox', {name: 'Add a task'});
  await field.fill(line);
  await field.press('Enter');
  await page.getByText(/^Added “/).last().waitFor();
}

export async function complete(page, title) {
  await row_of(page, title).getByRole('checkbox', {name: `Complete “${title}”`}).click();
}

/// Waits until the page says so of its connection.
export async function connection(page, text) {
  await page.getByRole('banner').getByRole('status').filter({hasText: text}).waitFor();
}

/// Says something to the assistant.
export async function say(page, text) {
  await page.getByLabel('Message to the assistant').fill(text);
  await page.keyboard.press('Enter');
}
