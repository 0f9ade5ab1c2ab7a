"""What makes a screen easier to read, as the desktops of Debian and Mint keep it."""

from __future__ import annotations

from collections.abc import Iterator

from agent.profile.parts import Setting
from provisioning.environments.content import Accessibility

# A desktop that does not know a key passes over it.
INTERFACES = ("/org/cinnamon/desktop/interface", "/org/gnome/desktop/interface")
APPLICATIONS = (
    "/org/cinnamon/desktop/a11y/applications",
    "/org/gnome/desktop/a11y/applications",
)


def settings_of(access: Accessibility) -> tuple[Setting, ...]:
    """Defaults of dconf; none where nothing is asked."""
    return tuple(Setting(key=key, value=value) for key, value in _pairs(access))


def _pairs(access: Accessibility) -> Iterator[tuple[str, str]]:
    for interface in INTERFACES:
        if access.text_percent is not None:
            share = f"{access.text_percent / 100:.2f}"
            yield f"{interface}/text-scaling-factor", share
        if access.pointer_pixels is not None:
            yield f"{interface}/cursor-size", str(access.pointer_pixels)
        if access.high_contrast:
            yield f"{interface}/gtk-theme", "'HighContrast'"
            yield f"{interface}/icon-theme", "'HighContrast'"
    if access.screen_reader is not None:
        said = "true" if access.screen_reader else "false"
        for applications in APPLICATIONS:
            yield f"{applications}/screen-reader-enabled", said
