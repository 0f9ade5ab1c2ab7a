"""What browsers start with, by the policies that they read for the whole machine.

Firefox: mozilla.github.io/policy-templates. Chromium: chromeenterprise.google/policies.
`locked` decides whether the person may change it. Add-ons are Firefox's, as files.
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from agent.profile.parts import Bookmark
from agent.profile.steps import BrowserStep
from agent.provision import files
from agent.provision.files import File, Files
from agent.provision.reasons import failed
from agent.provision.step import Found, Ground

# Both names: that of Mozilla's builds, and that of Debian's.
_FIREFOX: Final = (
    "/etc/firefox/policies/policies.json",
    "/etc/firefox-esr/policies/policies.json",
)
_MANAGED: Final = "/etc/chromium/policies/managed/rebond.json"
_RECOMMENDED: Final = "/etc/chromium/policies/recommended/rebond.json"
_ADDONS: Final = "/usr/share/rebond/firefox"


class _Engine(NamedTuple):
    """A search engine: where it is asked, `{searchTerms}` in the place of words."""

    name: str
    url: str


_ENGINES: Final = {
    engine.name.lower(): engine
    for engine in (
        _Engine("Bing", "https://www.bing.com/search?q={searchTerms}"),
        _Engine("DuckDuckGo", "https://duckduckgo.com/?q={searchTerms}"),
        _Engine("Ecosia", "https://www.ecosia.org/search?q={searchTerms}"),
        _Engine("Google", "https://www.google.com/search?q={searchTerms}"),
        _Engine("Lilo", "https://search.lilo.org/?q={searchTerms}"),
        _Engine("Qwant", "https://www.qwant.com/?q={searchTerms}"),
        _Engine("Startpage", "https://www.startpage.com/do/search?q={searchTerms}"),
    )
}


class Browsers:
    def check(self, step: BrowserStep, ground: Ground) -> Found:
        return files.look(_wanted(step), ground)

    def apply(self, step: BrowserStep, ground: Ground) -> None:
        files.bring(_wanted(step), ground)

    def undo(self, step: BrowserStep, ground: Ground) -> str:
        return ""


def _wanted(step: BrowserStep) -> Files:
    wanted: dict[str, File] = {}
    if step.firefox:
        said = _json({"policies": _firefox(step)})
        wanted |= dict.fromkeys(_FIREFOX, File(said))
        for addon in step.extensions:
            wanted[_addon(addon.blob)] = File(blob=addon.blob)
    if step.chromium:
        managed, recommended = _chromium(step)
        wanted[_MANAGED] = File(_json(managed))
        wanted[_RECOMMENDED] = File(_json(recommended))
    return wanted


def _json(said: dict[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def _firefox(step: BrowserStep) -> dict[str, Any]:
    start = "homepage-locked" if step.locked else "homepage"
    said: dict[str, Any] = {
        "Homepage": {"URL": step.homepage, "Locked": step.locked, "StartPage": start},
        "DisplayBookmarksToolbar": "always",
        "DontCheckDefaultBrowser": True,
        "DisableTelemetry": True,
        "NoDefaultBookmarks": True,
        "OverrideFirstRunPage": "",
        "OverridePostUpdatePage": "",
    }
    if step.bookmarks:
        name = "ManagedBookmarks" if step.locked else "Bookmarks"
        make = _managed_bookmarks if step.locked else _firefox_bookmarks
        said[name] = make(step.bookmarks)
    if step.allow_popups:
        sites = [_site(url) for url in step.allow_popups]
        said["PopupBlocking"] = {"Allow": sites, "Default": True, "Locked": step.locked}
    if engine := _engine(step):
        added = {"Name": engine.name, "URLTemplate": engine.url, "Method": "GET"}
        said["SearchEngines"] = {"Add": [added], "Default": engine.name}
    if step.extensions:
        mode = "force_installed" if step.locked else "normal_installed"
        said["ExtensionSettings"] = {
            addon.id: {
                "installation_mode": mode,
                "install_url": f"file://{_addon(addon.blob)}",
            }
            for addon in step.extensions
        }
    return said


def _firefox_bookmarks(bookmarks: tuple[Bookmark, ...]) -> list[dict[str, str]]:
    return [
        {"Title": each.title, "URL": each.url, "Placement": "toolbar"}
        | ({"Folder": each.folder} if each.folder else {})
        for each in bookmarks
    ]


def _managed_bookmarks(bookmarks: tuple[Bookmark, ...]) -> list[dict[str, Any]]:
    """Those outside of folders first, then one folder after the other."""
    listed: list[dict[str, Any]] = [
        {"name": each.title, "url": each.url} for each in bookmarks if not each.folder
    ]
    for folder in dict.fromkeys(each.folder for each in bookmarks if each.folder):
        inside = [
            {"name": each.title, "url": each.url}
            for each in bookmarks
            if each.folder == folder
        ]
        listed.append({"name": folder, "children": inside})
    return listed


def _chromium(step: BrowserStep) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the machine sets, and what it proposes. Some can only be set."""
    managed: dict[str, Any] = {}
    if step.bookmarks:
        managed["ManagedBookmarks"] = _managed_bookmarks(step.bookmarks)
    if step.allow_popups:
        managed["PopupsAllowedForUrls"] = [_site(url) for url in step.allow_popups]
    changeable: dict[str, Any] = {
        "BookmarkBarEnabled": True,
        "HomepageIsNewTabPage": False,
        "HomepageLocation": step.homepage,
        "RestoreOnStartup": 4,  # the addresses of RestoreOnStartupURLs
        "RestoreOnStartupURLs": [step.homepage],
        "ShowHomeButton": True,
    }
    if engine := _engine(step):
        changeable |= {
            "DefaultSearchProviderEnabled": True,
            "DefaultSearchProviderName": engine.name,
            "DefaultSearchProviderSearchURL": engine.url,
        }
    if step.locked:
        return {**managed, **changeable}, {}
    return managed, changeable


def _site(url: str) -> str:
    """The site of an address: browsers allow sites, not pages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _engine(step: BrowserStep) -> _Engine | None:
    if not step.search_engine:
        return None
    engine = _ENGINES.get(step.search_engine.lower())
    if engine is None:
        raise failed("not_offered_here", step.search_engine)
    return engine


def _addon(blob: str) -> str:
    return f"{_ADDONS}/{blob.removesuffix('.xpi')}.xpi"
