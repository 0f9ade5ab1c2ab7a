"""A server that cannot be heard is left alone, longer and longer, for ever."""

from __future__ import annotations

from agent.backoff import LONGEST_ASKED_SECONDS, LONGEST_SECONDS, Backoff


def bounds(count, chance=1.0):
    backoff = Backoff(lambda: chance)
    return [backoff.failed() for _ in range(count)]


def test_the_bound_doubles_from_five_seconds_to_a_quarter_of_an_hour():
    assert bounds(9) == [5, 10, 20, 40, 80, 160, 320, 640, 900]


def test_it_never_gives_up_and_never_waits_longer():
    assert bounds(10_000)[-1] == LONGEST_SECONDS


def test_any_moment_up_to_the_bound_may_be_chosen():
    assert bounds(3, chance=0.0) == [0, 0, 0]
    assert bounds(3, chance=0.5) == [2.5, 5, 10]


def test_success_begins_anew():
    backoff = Backoff(lambda: 1.0)
    backoff.failed()
    backoff.failed()
    backoff.succeeded()
    assert backoff.failed() == 5


def test_what_the_server_asks_for_is_waited_and_a_little_more():
    assert Backoff(lambda: 0.0).failed(120) == 120
    assert Backoff(lambda: 1.0).failed(120) == 125


def test_nobody_can_send_a_machine_away_for_good():
    assert Backoff(lambda: 0.0).failed(999_999) == LONGEST_ASKED_SECONDS
