// A form's nonce belongs to the page in the history, not to each time it is fetched:
// gone back to and saved again, the form is still the one that was recorded.
const fields = [...document.querySelectorAll("input[name=once]")];
const kept = history.state?.once;

if (kept?.length === fields.length) {
  fields.forEach((field, place) => (field.value = kept[place]));
} else if (fields.length > 0) {
  const nonces = fields.map((field) => field.value);
  history.replaceState({ ...history.state, once: nonces }, "");
}
