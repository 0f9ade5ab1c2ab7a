"""Photos as they are kept: known by content, small, and silent about where and by whom."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from backoffice.core import photos
from backoffice.core.photos import NoPhoto, read_photo

# Orientation, the camera’s make, and the block of positions.
ORIENTATION, MAKE, POSITIONS = 0x0112, 0x010F, 0x8825


def drawn(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object
) -> bytes:
    out = io.BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, size, "red").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_jpeg_whatever_it_was(kind: str) -> None:
    kept = Image.open(io.BytesIO(read_photo(drawn(kind)).jpeg))
    assert (kept.format, kept.size) == ("JPEG", (60, 40))


def test_what_a_camera_adds_is_taken_out_and_the_photo_turned() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Camera of Ada"
    exif.get_ifd(POSITIONS)[1] = "N"
    given = drawn(exif=exif.tobytes(), comment=b"secret")
    assert b"Camera of Ada" in given
    photo = read_photo(given)
    kept = Image.open(io.BytesIO(photo.jpeg))
    assert kept.size == (40, 60)
    assert not kept.getexif()
    assert b"Ada" not in photo.jpeg
    assert b"secret" not in photo.jpeg


def test_a_large_photo_is_made_smaller() -> None:
    kept = Image.open(io.BytesIO(read_photo(drawn(size=(3200, 800))).jpeg))
    assert kept.size == (1600, 400)


def test_the_same_photo_has_the_same_hash() -> None:
    assert read_photo(drawn()).sha256 == read_photo(drawn()).sha256


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"%PDF-1.7",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"BM" + b"\0" * 60,
        drawn()[:120],
        drawn("PNG")[:60],
    ],
)
def test_what_is_no_photo_is_refused(given: bytes) -> None:
    with pytest.raises(NoPhoto):
        read_photo(given)


def test_what_is_too_large_is_refused_before_it_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photos, "LARGEST_BYTES", 10)
    with pytest.raises(NoPhoto, match="larger"):
        read_photo(drawn())
    monkeypatch.setattr(photos, "LARGEST_BYTES", 10**6)
    monkeypatch.setattr(photos, "MOST_PIXELS", 2399)
    with pytest.raises(NoPhoto, match="points"):
        read_photo(drawn())
