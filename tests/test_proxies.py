"""Picture proxies lead back to the origin, the proxy itself stays the last resort."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.addresses.picture_proxies import unwrap

WESERV = "https://images.weserv.nl/?url="
HEX = b"https://pics.example/a.jpg".hex()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (f"{WESERV}pics.example/a_r1_w900.jpg", "https://pics.example/a_r1_w900.jpg"),
        ("https://images.weserv.nl?url=pics.example/a.jpg", "https://pics.example/a.jpg"),
        (f"{WESERV}ssl:pics.example/a.png&w=300", "https://pics.example/a.png"),
        (f"{WESERV}http://pics.example/a.png?x=1&y=2&w=300", "http://pics.example/a.png?x=1&y=2"),
        (
            "https://wsrv.nl/?url=https%3A%2F%2Fpics.example%2Fa.png%3Fx%3D1&output=webp",
            "https://pics.example/a.png?x=1",
        ),
        ("//wsrv.nl/?url=https://pics.example/a.png", "https://pics.example/a.png"),
        ("https://i0.wp.com/pics.example/u/a.jpg?fit=1024%2C683&ssl=1", "https://pics.example/u/a.jpg"),
        ("https://i3.wp.com/pics.example/a.jpg?w=640", "http://pics.example/a.jpg"),
        ("https://i2.wp.com/pics.example/a.jpg?w=640&amp;ssl=1", "https://pics.example/a.jpg"),
        ("https://i2.wp.com/pics.example/a.jpg?w=1&amp;amp;is-pending-load=1#038;ssl=1", "https://pics.example/a.jpg"),
        ("https://pics-example.cdn.ampproject.org/i/s/pics.example/a.jpg?x=2", "https://pics.example/a.jpg?x=2"),
        ("https://pics-example.cdn.ampproject.org/ii/w820/pics.example/a.jpg", "http://pics.example/a.jpg"),
        ("https://site.example/_next/image?url=%2Fp%2Fa.jpg&w=1920&q=75", "https://site.example/p/a.jpg"),
        ("https://site.example/_vercel/image?url=https%3A%2F%2Fp.example%2Fa.jpg", "https://p.example/a.jpg"),
        ("https://site.example/cdn-cgi/image/width=800/https://p.example/a.jpg", "https://p.example/a.jpg"),
        ("https://site.example/cdn-cgi/image/width=800/p/a.jpg", "https://site.example/p/a.jpg"),
        ("https://res.cloudinary.com/x/image/fetch/w_300,q_auto/https://p.example/a.jpg", "https://p.example/a.jpg"),
        (
            "https://substackcdn.com/image/fetch/w_1,c_limit/https%3A%2F%2Fp.example%2Fb%2520c.png",
            "https://p.example/b%20c.png",
        ),
        ("https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fp.example%2Fa.jpg", "https://p.example/a.jpg"),
        ("https://www.google.com/imgres?imgurl=https://p.example/a.jpg&imgrefurl=x", "https://p.example/a.jpg"),
        (f"https://camo.githubusercontent.com/{'a' * 40}/{HEX}", "https://pics.example/a.jpg"),
        ("https://img.feedx.net/?url=https%3A%2F%2Fp.example%2Fa.jpg", "https://p.example/a.jpg"),
        (f"{WESERV}https%3A%2F%2Fi0.wp.com%2Fp.example%2Fa.jpg%3Fssl%3D1", "https://p.example/a.jpg"),
    ],
)
def test_origin_comes_first_and_the_proxy_last(url: str, origin: str) -> None:
    candidates = unwrap(url)
    assert candidates[0] == origin
    assert len(candidates) > 1
    assert candidates[-1].split("?")[0].endswith(url.split("?")[0].removeprefix("https:"))


@pytest.mark.parametrize(
    "url",
    [
        "https://pics.example/a.jpg",
        "https://pics.example/a.jpg?url=not-a-proxy",
        "https://images.weserv.nl/?w=300",
        "https://images.weserv.nl/?url=javascript:alert(1)",
        "https://images.weserv.nl/?url=nodot",
        f"https://camo.githubusercontent.com/{'a' * 40}/{'ff' * 12}",
        "https://[broken/a.jpg",
        "data:image/gif;base64,R0lGOD",
        "",
    ],
)
def test_what_is_no_proxy_comes_back_alone(url: str) -> None:
    assert unwrap(url) == (url,)


def test_both_schemes_are_candidates_where_the_proxy_does_not_say() -> None:
    assert unwrap(f"{WESERV}p.example/a.jpg") == (
        "https://p.example/a.jpg",
        "http://p.example/a.jpg",
        f"{WESERV}p.example/a.jpg",
    )


def test_nesting_ends_at_five() -> None:
    url = "https://p.example/a.jpg"
    for _ in range(5):
        url = WESERV + quote(url, safe="")
    assert unwrap(url)[0] == "https://p.example/a.jpg"
    assert len(unwrap(url)) == 6
    assert unwrap(WESERV + quote(url, safe=""))[0].startswith(WESERV)


@given(
    st.text(max_size=200) | st.text(alphabet="htps:/?=&;%.wieurln0123[]@", max_size=120).map(lambda tail: WESERV + tail)
)
def test_any_text_is_survived_and_stays_among_the_candidates(text: str) -> None:
    candidates = unwrap(text)
    assert candidates
    assert len(candidates) == len(set(candidates))
    assert all(address.startswith(("http://", "https://")) for address in candidates[:-1])
