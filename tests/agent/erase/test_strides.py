"""What is told of a drive while it is erased: often enough, with what is left."""

from __future__ import annotations

import pytest

from agent.erase.case import Order
from agent.erase.contract import Advance
from agent.erase.news import News
from agent.erase.strides import NEWS_SECONDS, Strides
from tests.agent.samples import drive
from tests.agent.trees import around

MB = 10**6


class Told:
    """The news of one drive, told by a clock that stands until it is moved."""

    def __init__(self, root):
        self.news: list[News] = []
        self.now = 0.0
        order = Order(name="one", drive=drive())
        self.strides = Strides(around(root), order, self.news.append, lambda: self.now)

    def __call__(self, step, seconds, advance):
        self.now += seconds
        self.strides(step, advance)
        return self.news[-1] if self.news else None


@pytest.fixture
def told(tmp_path):
    return Told(tmp_path)


def test_news_come_every_few_seconds_and_with_every_step(told):
    told("overwrite", 0, Advance(0, 100))
    for _ in range(8):
        told("overwrite", NEWS_SECONDS / 2, Advance(10, 100))
    told("verify", 0, Advance(0, 100))
    assert [news.step for news in told.news] == [*["overwrite"] * 5, "verify"]


def test_bytes_give_the_rate_and_the_time_that_is_left(told):
    told("overwrite", 0, Advance(0, 1000 * MB, 0))
    news = told("overwrite", 10, Advance(200 * MB, 1000 * MB, 20))
    assert (news.stride.bytes_per_second, news.seconds_left) == (20 * MB, 40)


def test_a_new_step_begins_with_a_rate_of_its_own(told):
    told("overwrite", 0, Advance(0, 1000 * MB))
    told("overwrite", 10, Advance(1000 * MB, 1000 * MB))
    told("verify", 10, Advance(0, 1000 * MB))
    news = told("verify", 10, Advance(100 * MB, 1000 * MB))
    assert (news.stride.bytes_per_second, news.seconds_left) == (10 * MB, 90)


def test_percents_of_a_drive_give_the_time_that_is_left(told):
    """From the first that was heard: it may have been busy long before."""
    assert told("sanitize", 0, Advance(percent=40)).seconds_left is None
    assert told("sanitize", 60, Advance(percent=40)).seconds_left is None
    assert told("sanitize", 60, Advance(percent=60)).seconds_left == 240


def test_what_nobody_can_say_is_not_guessed(told):
    for advance in (Advance(), Advance(percent=None), Advance(done_bytes=5)):
        assert told("format", 5, advance).seconds_left is None


def test_what_is_told_of_the_time_is_said_as_it_is(told):
    news = told("security_erase", 5, Advance(percent=10, seconds_left=7))
    assert news.seconds_left == 7
