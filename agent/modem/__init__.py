"""Mobile modems and their cards: found, asked, unlocked at most once, tried for real."""
