// Which of two readings of a scan is certainly ours. Only to choose between them:
// the server reads again and decides.

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SHAPE = /^(PC|SC|TB|PH|PE|DR|PK|PL|SM|BX)[ -]?(\d{6,12})[ -]?([0-9A-Z])$/;
const ADDRESS = /^https?:\/\/[^/]+\/t\/([0-9A-Z-]+)\/?$/i;
// Command codes use only letters that QWERTY and AZERTY share.
const COMMAND = /^XX[B-LN-PR-VXY]{2,}$/;

/** ISO 7064 MOD 37,36: whether the last character is right for the others. */
export function hasRightCheck(text) {
  let check = 18;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return false;
    check = ((((check || 36) * 2) % 37) + value) % 36;
  }
  return check === 1;
}

function isTag(text) {
  const match = SHAPE.exec(text.trim().toUpperCase());
  return match !== null && hasRightCheck(match.slice(1).join(""));
}

/** Whether a text is one of our tags, our addresses or a command, without doubt. */
export function isCertain(text) {
  const address = ADDRESS.exec(text.trim());
  return isTag(address ? address[1] : text) || COMMAND.test(text.trim().toUpperCase());
}
