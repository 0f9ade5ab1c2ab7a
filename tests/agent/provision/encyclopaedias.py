"""A tiny encyclopaedia of one page, by openZIM’s own zimwriterfs."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

PAGE = "Le chat"


def encyclopaedia(folder: Path) -> Path:
    """A ZIM file in that folder; its page says PAGE."""
    pages = folder / "pages"
    pages.mkdir()
    (pages / "index.html").write_text(
        "<!DOCTYPE html><html><head><title>Chat</title></head>"
        f"<body>{PAGE}</body></html>"
    )
    icon = b"\x89PNG\r\n\x1a\n"
    (pages / "icon.png").write_bytes(icon)
    words = (
        "--welcome=index.html --illustration=icon.png --language=fra --title=Chat"
        " --description=Chats --creator=Exemple --publisher=Exemple --name=chat"
    )
    made = folder / "chat.zim"
    command = ["zimwriterfs", *shlex.split(words), str(pages), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made
