import pytest
pytestmark = pytest.mark.browser
def test_a(page, server):
    server.sign_in(page)
    r = page.goto("/health/")
    assert r.status == 200
def test_b(page, server):
    server.sign_in(page)
    r = page.goto("/health/")
    assert r.status == 200
