"""The page of check --html: its text, and what a real browser makes of it."""

import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from gvhdcalc.report.abstract_html import Page, show, write_page
from gvhdcalc.reported.findings import Findings, Judged, TextClaim
from gvhdcalc.stats.results import CONSISTENT, INCONSISTENT, NOT_CHECKABLE, REPRODUCED, Verdict

from .browser import driver

TEXT = "Response was more frequent (82/99, 82.8%; OR 2.00, 95% CI 1.01 to 3.14, P = 0.043) in 7 centres."


def judged(text, printed, verdict, item="estimate", *, after=0, **more):
    start = text.index(printed, after)
    about = {key: more.pop(key) for key in ("strength", "repair", "decision") if key in more}
    return Judged(Verdict(item, printed, verdict, **more), start, start + len(printed), **about)


def findings(text=TEXT):
    figures = (
        judged(text, "82.8%", REPRODUCED, "percent 1", methods=("counts",), shown="82.83%", note="82/99"),
        judged(text, "2.00", CONSISTENT, note="from the counts"),
        judged(text, "1.01", NOT_CHECKABLE, "lower", note="needs <the total>"),
        judged(
            text, "3.14", INCONSISTENT, "upper", computed=3.94, shown="3.938", note="of the counts",
            strength="impossible", repair="3.94", decision=True,
        ),
    )  # fmt: skip
    claim = TextClaim(
        "ratio", "OR", figures[0].start, figures[-1].end, "2.00", "1.01", "3.14", 95.0, figures=figures,
        notes=("of 99 & no more",), commands=("gvhdcalc or 82/99 70/99 --reported '2.00 (1.01-3.14)'",),
    )  # fmt: skip
    place = text.index("7 centres")
    return Findings(text, (claim,), ((place, place + 1),), 6, ("an interval without a printed level is taken as 95%",))


def page(*texts, title="Figures checked"):
    out = io.StringIO()
    write_page(out, texts, title)
    return out.getvalue()


class Reader(HTMLParser):
    """The elements of a page: (tag, attributes), those never closed, and the text outside the style sheet."""

    VOID = ("meta", "link", "br")

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.text, self.bad = [], [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def test_one_file_well_formed_without_scripts_or_requests():
    source = page(("a.txt", findings()), ("b.txt", findings()))
    read = Reader(source)
    assert read.bad == [] and read.open == []
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")]
        link = attributes.get("href")
        assert link is None or link.startswith("#") or (tag, link) == ("link", "data:,")
    assert "url(" not in source and "@import" not in source and "http:" not in source and "https:" not in source


def test_every_link_and_description_leads_to_one_element():
    read = Reader(page(("a.txt", findings()), ("b.txt", findings())))
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = [
        attributes[name].lstrip("#")
        for tag, attributes in read.elements
        for name in ("href", "aria-describedby", "aria-labelledby")
        if name in attributes and tag != "link"
    ]
    assert len(wanted) >= 2 * 4 * 3
    assert set(wanted) <= set(ids)


def test_each_figure_has_its_verdict_computation_and_command():
    text = " ".join("".join(Reader(page(("a.txt", findings()))).text).split())
    for said in (
        "82.83%",
        "needs <the total>",
        "inconsistent impossible",
        "3.938",
        "would fit 3.94",
        "of 99 & no more",
        "significance differs between what is printed and what follows",
        "percentage, group 1",
        "gvhdcalc or 82/99 70/99 --reported '2.00 (1.01-3.14)'",
        "4 figures judged in 1 text; 1 number not read",
        "An interval without a printed level is taken as 95%.",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "</div></article></style><img src=x onerror=alert(1)>",
        "\"' onmouseover=alert(1) x='",
        "&lt;b&gt; &amp;amp;",
        "[bold red]x[/]",
        "\x1b[31mred\x07\x00",
        "\u202egnorw\u2066\u200f",
        "\ud800 \udfff \ufffe",
        "\u2028\u2029\ufeff\U000e0041",
        "]]> <!-- -->",
    ],
)
def test_hostile_text_is_shown_and_nothing_more(hostile):
    plain = Reader(page(("a", findings(TEXT + " words"))))
    read = Reader(source := page((hostile, findings(TEXT + " " + hostile)), title=hostile))
    source.encode("utf-8")
    assert [tag for tag, _ in read.elements if tag != "span"] == [tag for tag, _ in plain.elements if tag != "span"]
    assert read.bad == [] and read.open == []
    seen = "".join(read.text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]", seen)
    assert re.sub(r"U\+([0-9A-F]{4,6})", lambda code: chr(int(code[1], 16)), seen).count(hostile) >= 2


def test_what_cannot_be_seen_is_named():
    assert show("a\u202eb\x1b") == 'a<span class="unseen">U+202E</span>b<span class="unseen">U+001B</span>'
    assert show("a\u202e<", tags=False) == "a[U+202E]&lt;"
    assert show("\u05d0\u0301 \u200d\tx\r\ny") == "\u05d0\u0301 \u200d\tx\ny"


def test_a_text_wrapped_at_a_column_flows_and_one_with_sections_keeps_its_lines():
    line = "words that go on to the end of a line of some seventy characters or"
    wrapped = f"{line}\n{line}\n{line}\n\n{line}\n{TEXT[:60]} \n{TEXT[60:]}"
    text = "".join(Reader(page(("a", findings(f"{line}\n{line}\n{line}\n\n{line} end.\n\n" + TEXT)))).text)
    assert f"{line} {line} {line}\n\n{line}" in text
    assert wrapped.count("\n") == 6
    sections = "Background: short.\nMethods: short too.\n" + TEXT
    assert "short.\nMethods: short too.\n" in "".join(Reader(page(("a", findings(sections)))).text)


def test_overlapping_figures_and_texts_without_claims():
    read = Reader(page(("empty", Findings("")), ("none", Findings("No figure here."))))
    assert "no figure to judge" in "".join(read.text)
    assert [tag for tag, _ in read.elements].count("table") == 0


def test_texts_with_inconsistent_figures_are_listed_once_there_are_several():
    one = page(("a.txt", findings()))
    two = page(("a.txt", findings()), ("good.txt", Findings("Fine.")))
    assert "Texts with inconsistent figures" not in one
    assert '<a href="#t1">a.txt</a>' in two and '<a href="#t2">' not in two


def test_a_page_waits_on_disk_not_in_memory(tmp_path):
    import tracemalloc

    def peak(count):
        tracemalloc.start()
        grown = Page()
        for number in range(count):
            grown.add(f"{number}.txt", Findings("No figure. " * 2000))
        with (tmp_path / "page.html").open("w", encoding="utf-8") as out:
            grown.write(out)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(1000)
    assert peak(4000) < 2 * few
    assert (tmp_path / "page.html").stat().st_size > 80e6


# In the browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    chrome = driver()
    folder = tmp_path_factory.mktemp("pages")

    def load(*texts):
        path = folder / "page.html"
        path.write_text(page(*texts), encoding="utf-8")
        chrome.get_log("performance")
        chrome.get_log("browser")
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        chrome.get(path.as_uri())
        return chrome

    yield load
    chrome.quit()


HEBREW = "\u05d4\u05ea\u05d2\u05d5\u05d1\u05d4 " + TEXT


def find(chrome, selector):
    return chrome.find_elements("css selector", selector)


def shown(chrome):
    return [card.get_attribute("id") for card in find(chrome, ".card") if card.is_displayed()]


def test_hovering_a_figure_shows_its_card_alone_and_on_the_screen(browser):
    from selenium.webdriver import ActionChains

    chrome = browser(("a.txt", findings()), ("b.txt", findings(HEBREW)))
    marks = find(chrome, ".mark")
    assert len(marks) == 8 and shown(chrome) == []
    for mark in marks:
        ActionChains(chrome).move_to_element(mark).perform()
        assert shown(chrome) == [mark.get_attribute("aria-describedby")]
        box = chrome.execute_script(
            "const c = document.getElementById(arguments[0]).getBoundingClientRect(),"
            " m = arguments[1].getBoundingClientRect();"
            "return [c.left, c.right, c.top, c.bottom, m.top, m.bottom, innerWidth, innerHeight]",
            mark.get_attribute("aria-describedby"), mark,
        )  # fmt: skip
        left, right, top, bottom, mark_top, mark_bottom, width, height = box
        assert left >= 0 and right <= width and top >= 0 and bottom <= height
        assert top >= mark_bottom - 8 or bottom <= mark_top + 8, "the card hides its own figure"
    ActionChains(chrome).move_to_element(find(chrome, "h1")[0]).perform()
    assert shown(chrome) == []


def test_the_card_can_be_pointed_at(browser):
    from selenium.webdriver import ActionChains

    chrome = browser(("a.txt", findings()))
    mark = find(chrome, ".mark.bad")[0]
    ActionChains(chrome).move_to_element(mark).perform()
    card = next(card for card in find(chrome, ".card") if card.is_displayed())
    ActionChains(chrome).move_to_element(card).perform()
    assert card.is_displayed() and "3.938" in card.text


def test_the_keyboard_steps_from_figure_to_figure_and_to_the_row_and_back(browser):
    from selenium.webdriver.common.keys import Keys

    chrome = browser(("a.txt", findings()))
    marks = find(chrome, ".mark")
    body = chrome.find_element("css selector", "body")
    seen = []
    body.send_keys(Keys.TAB)
    for _ in marks:
        active = chrome.switch_to.active_element
        assert shown(chrome) == [active.get_attribute("aria-describedby")]
        outline = active.value_of_css_property("outline-style"), active.value_of_css_property("outline-width")
        assert outline == ("solid", "3px")
        seen.append(active.get_attribute("href"))
        active.send_keys(Keys.TAB)
    assert seen == [mark.get_attribute("href") for mark in marks]
    assert shown(chrome) == []
    marks[-1].send_keys(Keys.ENTER)
    assert chrome.current_url.endswith("#rt1-4")
    row = find(chrome, "tr:target")[0]
    assert row.text.startswith("3.14") and "impossible" in row.text
    row.find_element("css selector", "a").send_keys(Keys.ENTER)
    assert chrome.current_url.endswith("#mt1-4")


def test_on_a_narrow_screen_nothing_overflows(browser):
    chrome = browser(("a.txt", findings(TEXT + " " + "x" * 5000)))
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for mark in find(chrome, ".mark"):
            chrome.execute_script("arguments[0].focus()", mark)
            assert chrome.execute_script("return document.documentElement.scrollWidth") <= 320
            card = chrome.find_element("id", mark.get_attribute("aria-describedby"))
            assert card.is_displayed() and card.rect["x"] >= 0 and card.rect["x"] + card.rect["width"] <= 320
    finally:
        chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_print_lists_every_figure_and_no_card(browser):
    chrome = browser(("a.txt", findings()), ("b.txt", findings()))
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    rows = [row.text for row in find(chrome, ".figures tr") if row.is_displayed()]
    assert sum("3.938" in row for row in rows) == 2 and sum("82.83%" in row for row in rows) == 2
    chrome.execute_script("document.querySelector('.mark').focus()")
    assert shown(chrome) == []
    sign = "return getComputedStyle(document.querySelector('.mark.bad'), '::after').content"
    assert "\u2717" in chrome.execute_script(sign)
    assert chrome.execute_cdp_cmd("Page.printToPDF", {})["data"]


def test_nothing_is_asked_of_the_network_and_the_policy_blocks_nothing_of_ours(browser):
    chrome = browser(("a.txt", findings(TEXT + " <img src=http://example.org/x.png>")))
    asked = []
    for entry in chrome.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert chrome.get_log("browser") == []
    assert chrome.find_element("css selector", "body").value_of_css_property("margin") == "0px"


def test_colours_have_contrast_in_light_and_dark_and_are_not_the_only_sign(browser):
    chrome = browser(("a.txt", findings()))
    for scheme in ("light", "dark"):
        chrome.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        pairs = chrome.execute_script(
            "return [...document.querySelectorAll('p, a, span, td, th, li, h1, h2, h3, code, b')]"
            ".filter(e => e.checkVisibility() && e.innerText.trim()).map(e => {"
            " const clear = b => /, 0\\)$|transparent/.test(getComputedStyle(b).backgroundColor);"
            " let b = e; while (clear(b)) b = b.parentElement;"
            " return [getComputedStyle(e).color, getComputedStyle(b).backgroundColor, e.outerHTML.slice(0, 80)] })"
        )
        assert len(pairs) > 40
        for ink, paper, where in pairs:
            assert contrast(ink, paper) >= 4.5, (scheme, ink, paper, where)
    looks = chrome.execute_script(
        "return [...document.querySelectorAll('.mark')].map(e => [getComputedStyle(e, '::after').content,"
        " getComputedStyle(e).textDecorationStyle].join())"
    )
    assert len(set(looks)) == 4
    assert len({look.split(",")[-1] for look in looks}) == 4


def contrast(one, two):
    """The contrast ratio of WCAG 2.2 of two opaque colours."""

    def luminance(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_names_roles_and_order_for_a_screen_reader(browser):
    chrome = browser(("a.txt", findings()), ("b.txt", findings()))
    tree = chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    links = [node for node in tree if node.get("role", {}).get("value") == "link" and not node["ignored"]]
    assert len(links) == 2 * 8 + 2
    assert all(node["name"]["value"].strip() for node in links)
    marks = [node for node in links if node.get("description", {}).get("value")]
    assert [node["name"]["value"] for node in marks[:4]] == [
        "82.8%, reproduced", "2.00, consistent", "1.01, not checkable", "3.14, inconsistent",
    ]  # fmt: skip
    assert "would fit" in marks[3]["description"]["value"] and "3.938" in marks[3]["description"]["value"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    for role in ("main", "banner", "contentinfo", "navigation", "article", "table", "columnheader", "rowheader"):
        assert role in roles, role
    levels = [int(heading.tag_name[1]) for heading in find(chrome, "h1, h2, h3")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert chrome.execute_script("return document.documentElement.lang") == "en" and chrome.title == "Figures checked"
    assert all(later - earlier <= 2 for earlier, later in pairwise(levels))


def test_text_direction_is_isolated(browser):
    chrome = browser(("\u05d0.txt", findings(HEBREW)))
    text = find(chrome, ".text")[0]
    assert text.value_of_css_property("direction") == "rtl"
    assert find(chrome, ".card")[0].value_of_css_property("direction") == "ltr"
    assert chrome.find_element("css selector", "html").value_of_css_property("direction") == "ltr"


def test_the_text_can_be_copied_as_printed(browser):
    chrome = browser(("a.txt", findings()))
    copied = chrome.execute_script(
        "getSelection().selectAllChildren(document.querySelector('.text')); return getSelection().toString()"
    )
    assert copied.strip() == TEXT
