const marks = /\p{M}+/gu;
const plain = /^[\x00-\x7f]*$/;

/// The text as it is compared: without case and diacritics ("Größe" is "grosse").
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return plain.test(lower) ? lower : lower.normalize('NFD').replace(marks, '').replace(/ß/g, 'ss');
}
