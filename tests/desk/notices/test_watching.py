"""What the metrics are told of digests: each try, and how many wait after one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.desk.notices.conftest import Post
from tests.desk.notices.test_course import morning


@dataclass
class Told:
    """What was shown."""

    tries: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[dict[str, int]] = field(default_factory=list)

    def notice(self, channel: str, outcome: str) -> None:
        self.tries.append((channel, outcome))

    def notices_waiting(self, counts: Mapping[str, int]) -> None:
        self.waiting.append(dict(counts))


async def test_a_digest_waits_from_its_first_failure_until_it_is_taken(post: Post, closed_port: int) -> None:
    post.box.port, port = closed_port, post.box.port
    course = await morning(post)
    course.shows = told = Told()
    post.find("1.000001")
    post.clock.pass_by(minutes=30)
    await course.run_once()
    post.box.port = port
    course = post.open()
    course.shows = told
    post.clock.pass_by(minutes=1)
    await course.run_once()
    assert told.tries == [("mail", "failed"), ("mail", "sent")]
    assert told.waiting == [{"mail": 1}, {}]


async def test_a_digest_that_is_given_up_waits_no_more(post: Post, closed_port: int) -> None:
    post.mail = {"port": closed_port}
    course = await morning(post)
    course.shows = told = Told()
    post.find("1.000001")
    for _ in range(60):
        post.clock.pass_by(hours=6)
        await course.run_once()
    assert set(told.tries[:-1]) == {("mail", "failed")}
    assert told.tries[-1] == ("mail", "given_up")
    assert (told.waiting[0], told.waiting[-1]) == ({"mail": 1}, {})
